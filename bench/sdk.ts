/** What tracing costs the program that is traced. */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { agentRun, spansPerRun } from './content.ts'
import { cpuMicroseconds, figure, median } from './measure.ts'
import type { Report } from './report.ts'
import { clew } from './sdk/clew.ts'
import { floor } from './sdk/floor.ts'
import { openTelemetry } from './sdk/opentelemetry.ts'
import type { Tracer } from './sdk/tracer.ts'

const ROUNDS = 15
const RUNS_PER_ROUND = 400
const runs = Array.from({ length: 50 }, agentRun)

interface Cost {
  readonly recordMicroseconds: number[]
  readonly wholeMicroseconds: number[]
}

/** CPU per span of each tracer. Rounds alternate, so that a machine that slows down slows all alike. */
export async function benchSdk(): Promise<Report> {
  const sink = fork(fileURLToPath(new URL('sink.ts', import.meta.url)))
  const destination = await new Promise<string>((resolve) => sink.once('message', (url) => resolve(String(url))))
  const tracers = [
    openTelemetry('json', destination),
    openTelemetry('protobuf', destination),
    floor(destination),
    clew(destination),
  ]
  const costs = new Map<string, Cost>(
    tracers.map(({ name }) => [name, { recordMicroseconds: [], wholeMicroseconds: [] }]),
  )
  for (let round = 0; round <= ROUNDS; round++) {
    for (const tracer of tracers) await measureRound(tracer, round === 0 ? undefined : costs.get(tracer.name))
  }
  for (const tracer of tracers) await tracer.close()
  sink.disconnect()
  return report(tracers, costs)
}

/** A round without `cost` warms up. */
async function measureRound(tracer: Tracer, cost: Cost | undefined): Promise<void> {
  globalThis.gc?.()
  const recorded = await cpuMicroseconds(() => {
    for (let i = 0; i < RUNS_PER_ROUND; i++) tracer.record(runs[i % runs.length]!)
  })
  const sent = await cpuMicroseconds(() => tracer.flush())
  const spans = RUNS_PER_ROUND * spansPerRun
  cost?.recordMicroseconds.push(recorded / spans)
  cost?.wholeMicroseconds.push((recorded + sent) / spans)
}

function report(tracers: readonly Tracer[], costs: ReadonlyMap<string, Cost>): Report {
  const cost = (name: string) => ({
    record: median(costs.get(name)!.recordMicroseconds),
    whole: median(costs.get(name)!.wholeMicroseconds),
  })
  const reference = cost(tracers[0]!.name)
  return {
    title: 'SDK: CPU per span',
    method:
      'A trace of eight spans, three levels deep, 1.4 kB of messages per model call, contents handed over as objects (the OpenTelemetry rows ' +
      'call `JSON.stringify`, as instrumentations do). *Create and end* is all that happens on the path of the traced program; the other column adds ' +
      'encoding and sending over HTTP to another process, in batches of 512. *By hand* is a plain object, ids, a clock, AsyncLocalStorage and ' +
      `hand-made protobuf, without limits or safety: the mark to aim at. Median of ${ROUNDS} alternating rounds of ${RUNS_PER_ROUND} traces.`,
    head: ['tracer', 'create and end, µs', 'ratio', 'with encode and send, µs', 'ratio'],
    rows: tracers.map(({ name }) => {
      const { record, whole } = cost(name)
      return [name, figure(record), figure(record / reference.record), figure(whole), figure(whole / reference.whole)]
    }),
  }
}
