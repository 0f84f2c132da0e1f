import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command, InvalidArgumentError, Option } from 'commander'
import { lineLog } from '../http/log.ts'
import { type RunningServer, startServer } from '../start.ts'

interface ServeOptions {
  readonly host: string
  readonly port: number
  readonly data: string
  readonly store: 'sqlite' | 'memory'
  readonly allowedHosts: readonly string[]
  readonly defaultExperiment: string | undefined
  readonly web: string | undefined
  readonly logRequests: boolean
}

/** `clew serve`: the server in the foreground, until it is told to stop. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('Run the tracking server and its web UI.')
    .addOption(
      new Option('--host <host>', 'address to listen on').env('CLEW_HOST').argParser(given).default('127.0.0.1'),
    )
    .addOption(new Option('--port <port>', 'port; 0 takes a free one').env('CLEW_PORT').argParser(portOf).default(5000))
    .addOption(
      new Option('--data <dir>', 'folder for everything that is kept')
        .env('CLEW_DATA')
        .argParser(given)
        .default('data'),
    )
    .addOption(
      new Option('--store <kind>', 'memory forgets everything at the end')
        .env('CLEW_STORE')
        .choices(['sqlite', 'memory'])
        .default('sqlite'),
    )
    .addOption(
      new Option('--allowed-hosts <names>', 'host names to answer to, separated by commas')
        .env('CLEW_ALLOWED_HOSTS')
        .argParser(namesOf)
        .default([]),
    )
    .addOption(
      new Option('--default-experiment <id>', 'experiment of spans that name none')
        .env('CLEW_DEFAULT_EXPERIMENT')
        .argParser(experimentOf),
    )
    .addOption(
      new Option('--web <dir>', 'the built web app').env('CLEW_WEB').argParser(webAppOf).default(builtWebApp()),
    )
    .addOption(new Option('--log-requests', 'log every request').env('CLEW_LOG_REQUESTS').default(false))
    .action(serve)
}

async function serve(options: ServeOptions): Promise<void> {
  const server = await start(options)
  if (server === undefined) return
  print(`Clew listens on ${server.url}`)
  print(
    `Data folder: ${resolve(options.data)}${options.store === 'memory' ? ' (artifacts only; traces are in memory)' : ''}`,
  )
  print(`Point a client at it: MLFLOW_TRACKING_URI=${server.url}   (OTLP: ${server.url}/v1/traces)`)
  if (!isLoopback(options.host)) {
    print(`Warning: ${options.host} is reachable from other machines, and there is no authentication yet.`)
    print('Other machines must ask by address, or by a name given with --allowed-hosts.')
  }
  stopOnSignals(server)
}

/** `undefined` after saying why it cannot run; the process then ends with code 1. */
async function start(options: ServeOptions): Promise<RunningServer | undefined> {
  try {
    return await startServer({
      host: options.host,
      port: options.port,
      dataDirectory: options.data,
      store: options.store,
      allowedHosts: [options.host, ...options.allowedHosts],
      log: lineLog({ requests: options.logRequests }),
      ...(options.web !== undefined && { webDirectory: options.web }),
      ...(options.defaultExperiment !== undefined && { defaultExperimentId: options.defaultExperiment }),
    })
  } catch (error) {
    complain(explain(error, options))
    process.exitCode = 1
    return undefined
  }
}

function explain(error: unknown, { host, port }: ServeOptions): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const another = 'Choose another with --port or CLEW_PORT.'
  if (code === 'EADDRINUSE') return `Port ${port} on ${host} is taken. ${another}`
  if (code === 'EACCES') return `Port ${port} on ${host} may not be used by this user. ${another}`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return `${host} is no address of this machine. Choose another with --host or CLEW_HOST.`
  }
  return `Clew cannot start: ${error instanceof Error ? error.message : String(error)}`
}

/** The first signal stops gracefully, a second one at once. */
function stopOnSignals(server: RunningServer): void {
  let isStopping = false
  const stop = (signal: NodeJS.Signals) => {
    if (isStopping) process.exit(128 + constants.signals[signal])
    isStopping = true
    print('Stopping: finishing the requests under way. Once more to stop at once.')
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        complain(`The store did not close cleanly: ${error instanceof Error ? error.message : String(error)}`)
        process.exit(1)
      },
    )
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
}

function portOf(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('It must be a number from 0 to 65535.')
  return port
}

/** An environment variable that is set to nothing, or a flag with an unset shell variable, is a mistake to hear about. */
function given(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must not be empty.')
  return text
}

function experimentOf(text: string): string {
  if (!/^\d{1,18}$/.test(text)) throw new InvalidArgumentError('It must be the id of an experiment, a whole number.')
  return text
}

function webAppOf(directory: string): string {
  if (!existsSync(join(directory, 'index.html'))) throw new InvalidArgumentError('There is no index.html in it.')
  return directory
}

function namesOf(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}

/** Beside the published server, or in the repository where the web package builds to. */
function builtWebApp(): string | undefined {
  const candidates = ['../web', '../../../web/dist'].map((path) => fileURLToPath(new URL(path, import.meta.url)))
  return candidates.find((directory) => existsSync(`${directory}/index.html`))
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

function complain(line: string): void {
  process.stderr.write(`${line}\n`)
}
