import { execFile } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const execute = promisify(execFile)

export interface ProgramOptions {
  /** Node flags, as a user writes them: `['--import', '@clew/tracing/register']`. */
  readonly flags?: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

/** Runs an example as its README says, in its folder; the path is relative to `examples/`. Returns what it printed. */
export async function runExample(path: string, { flags = [], environment }: ProgramOptions): Promise<string> {
  const file = fileURLToPath(new URL(`../../examples/${path}`, import.meta.url))
  // The examples use the published packages; in the repository the condition leads to their sources.
  const { stdout, stderr } = await execute(process.execPath, ['--conditions=@clew/source', ...flags, file], {
    cwd: dirname(file),
    timeout: 60_000,
    env: { ...process.env, OPENAI_API_KEY: 'not-a-key', ...environment },
  })
  if (stderr !== '') throw new Error(`The example complained:\n${stderr}`)
  return stdout
}
