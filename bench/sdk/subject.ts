/**
 * One tracer in a process of its own, so that none warms up, or fragments the heap, for another. Started by fork with
 * the tracer's name and the sink's address; answers each message with what one round cost.
 */
import { agentRun, spansPerRun } from '../content.ts'
import { cpuMicroseconds } from '../measure.ts'
import type { Tracer } from './tracer.ts'

export const tracers: Readonly<Record<string, (destination: string) => Promise<Tracer>>> = {
  'OpenTelemetry SDK, JSON': async (url) => (await import('./opentelemetry.ts')).openTelemetry('json', url),
  'OpenTelemetry SDK, protobuf': async (url) => (await import('./opentelemetry.ts')).openTelemetry('protobuf', url),
  'by hand': async (url) => (await import('./floor.ts')).floor(url),
  Clew: async (url) => (await import('./clew.ts')).clew(url),
}

/** CPU microseconds per span. */
export interface RoundCost {
  readonly record: number
  readonly whole: number
}

const RUNS_PER_ROUND = 400

const [name, destination] = process.argv.slice(2)
if (process.send !== undefined && name !== undefined && destination !== undefined) await serve(name, destination)

async function serve(name: string, destination: string): Promise<void> {
  const tracer = await tracers[name]!(destination)
  const runs = Array.from({ length: 50 }, agentRun)
  process.on('message', async () => process.send!(await measureRound(tracer, runs)))
  process.on('disconnect', () => process.exit())
  process.send!('ready')
}

async function measureRound(tracer: Tracer, runs: readonly ReturnType<typeof agentRun>[]): Promise<RoundCost> {
  globalThis.gc?.()
  const recorded = await cpuMicroseconds(() => {
    for (let i = 0; i < RUNS_PER_ROUND; i++) tracer.record(runs[i % runs.length]!)
  })
  const sent = await cpuMicroseconds(() => tracer.flush())
  const spans = RUNS_PER_ROUND * spansPerRun
  return { record: recorded / spans, whole: (recorded + sent) / spans }
}
