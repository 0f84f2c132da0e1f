import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

/** A program of this folder in a process of its own, and what it prints, line by line. */
export interface Program extends AsyncDisposable {
  readonly pid: number
  /** The next line it prints. Rejects when it ends instead. */
  readLine(): Promise<string>
  writeLine(line: string): void
}

/** @param command file name and arguments */
export function startProgram(command: readonly string[], environment: Record<string, string>): Program {
  const [file = '', ...args] = command
  const path = fileURLToPath(new URL(file, import.meta.url))
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(
    process.execPath,
    ['--conditions=@clew/source', '--no-warnings', path, ...args],
    { env: { ...process.env, ...environment }, stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const ended = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    pid: child.pid ?? 0,
    async readLine() {
      const { done, value } = await lines.next()
      if (done === true) throw new Error(`${file} ended.`)
      return value
    },
    writeLine: (line) => void child.stdin.write(`${line}\n`),
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await ended
    },
  }
}
