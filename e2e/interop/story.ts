import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const programs = fileURLToPath(new URL('programs/', import.meta.url))
const readbacks = fileURLToPath(new URL('readback/', import.meta.url))
const execute = promisify(execFile)

/** What a program read back: the name of each step and its result. */
export type Readback = Readonly<Record<string, unknown>>

export interface StoryRun {
  readonly readback: Readback
  /** What the client said while it ran; its warnings are there. */
  readonly said: string
}

/** The stories whose reading of the stock server is on record, in alphabetical order. */
export function recordedStories(): string[] {
  return readdirSync(readbacks).map((file) => file.replace(/\.json$/, ''))
}

export function recordedReadback(story: string): Readback {
  return readObject(readFileSync(`${readbacks}${story}.json`, 'utf8'))
}

export function recordReadback(story: string, readback: Readback): void {
  writeFileSync(`${readbacks}${story}.json`, `${JSON.stringify(readback)}\n`)
}

/** Runs one program against the server at `url` (outside any git repository, whose facts the client would send). */
export async function runStory(python: string, story: string, url: string): Promise<StoryRun> {
  const { stdout, stderr } = await execute(python, [`${programs}${story}.py`], {
    cwd: tmpdir(),
    timeout: 240_000,
    maxBuffer: 50_000_000,
    env: {
      ...process.env,
      MLFLOW_TRACKING_URI: url,
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONHASHSEED: '0',
      PYTHONIOENCODING: 'utf-8',
    },
  })
  return { readback: readObject(stdout), said: stderr }
}

function readObject(text: string): Readback {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('A readback is an object.')
  return value as Readback
}
