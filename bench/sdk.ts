/** What tracing costs the program that is traced. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { spansPerRun } from './content.ts'
import { figure, median } from './measure.ts'
import type { Report } from './report.ts'
import { type RoundCost, tracers } from './sdk/subject.ts'

const ROUNDS = 15
const WARM_UP = 3

/** CPU per span of each tracer. Rounds alternate, so that a machine that slows down slows all alike. */
export async function benchSdk(): Promise<Report> {
  const sink = fork(path('sink.ts'))
  const [destination] = (await once(sink, 'message')) as [string]
  const subjects = new Map<string, ChildProcess>()
  for (const name of Object.keys(tracers)) {
    const subject = fork(path('sdk/subject.ts'), [name, destination], {
      execArgv: [...process.execArgv, '--expose-gc'],
    })
    await once(subject, 'message')
    subjects.set(name, subject)
  }
  const costs = new Map<string, RoundCost[]>([...subjects.keys()].map((name) => [name, []]))
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const [name, subject] of subjects) {
      subject.send('round')
      const [cost] = (await once(subject, 'message')) as [RoundCost]
      if (round >= 0) costs.get(name)!.push(cost)
    }
  }
  const received = once(sink, 'message')
  sink.send('count')
  const [requests] = (await received) as [number]
  for (const process of [...subjects.values(), sink]) process.disconnect()
  if (requests === 0) throw new Error('nothing was sent, so nothing was measured')
  return report(costs)
}

function report(costs: ReadonlyMap<string, readonly RoundCost[]>): Report {
  const medians = [...costs].map(([name, rounds]) => ({
    name,
    record: median(rounds.map(({ record }) => record)),
    whole: median(rounds.map(({ whole }) => whole)),
  }))
  const reference = medians[0]!
  return {
    title: 'SDK: CPU per span',
    method:
      `A trace of ${spansPerRun} spans, three levels deep, 1.4 kB of messages per model call, contents handed over as objects (the OpenTelemetry rows ` +
      'call `JSON.stringify`, as instrumentations do). *Create and end* is all that happens on the path of the traced program; the other column adds ' +
      'encoding and sending over HTTP to another process, in batches of 512. *By hand* is a plain object, ids, a clock, AsyncLocalStorage and ' +
      `hand-made protobuf, without limits or safety: the mark to aim at. Each tracer has a process of its own; median of ${ROUNDS} alternating rounds.`,
    head: ['tracer', 'create and end, µs', 'ratio', 'with encode and send, µs', 'ratio'],
    rows: medians.map(({ name, record, whole }) => [
      name,
      figure(record),
      figure(record / reference.record),
      figure(whole),
      figure(whole / reference.whole),
    ]),
  }
}

function path(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url))
}
