import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const startTimeoutMs = 30_000

/** A `clew serve` of its own, on SQLite, in a data folder of its own. */
export interface ClewServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  /** Everything the process wrote so far. */
  log(): string
  /** The folder with everything it keeps. */
  readonly data: string
  /** Stops the process as an operator would and removes its data. */
  stop(): Promise<void>
}

/** Starts the server as a user does, through its command, on a free port. Rejects with its log if it does not come up. */
export async function startClew(): Promise<ClewServer> {
  const data = await mkdtemp(join(tmpdir(), 'clew-e2e-'))
  const child = spawn(
    process.execPath,
    ['--conditions=@clew/source', 'packages/server/src/cli.ts', 'serve', '--port', '0', '--data', data],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let log = ''
  const url = await new Promise<string>((resolve, reject) => {
    const giveUp = (reason: string) => reject(new Error(`clew serve ${reason}:\n${log}`))
    const timer = setTimeout(giveUp, startTimeoutMs, 'did not say its address in time')
    child.once('error', (error) => giveUp(String(error)))
    child.once('exit', (code) => giveUp(`ended with code ${code}`))
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        log += text
        const address = /listens on (http:\/\/\S+)/.exec(log)?.[1]
        if (address === undefined) return
        clearTimeout(timer)
        resolve(address)
      })
    }
  }).catch(async (error: unknown) => {
    child.kill('SIGKILL')
    await rm(data, { recursive: true, force: true })
    throw error
  })
  return {
    url,
    data,
    log: () => log,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit')
        child.kill('SIGTERM')
        await ended
      }
      await rm(data, { recursive: true, force: true })
    },
  }
}
