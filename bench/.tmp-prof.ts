import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { agentRun } from './content.ts'
import { cpuMicroseconds, median } from './measure.ts'
import { clew } from './sdk/clew.ts'
import { openTelemetry } from './sdk/opentelemetry.ts'

const sink = fork(fileURLToPath(new URL('sink.ts', import.meta.url)))
const destination = await new Promise<string>((resolve) => sink.once('message', (url) => resolve(String(url))))
if (process.env.NOINFO) (await import('../packages/sdk/src/delivery.ts')).Delivery.prototype.addTrace = () => {}
const t = process.env.OTEL ? openTelemetry('json', destination) : clew(destination)
const runs = Array.from({ length: 50 }, agentRun)
const a: number[] = [],
  b: number[] = []
for (let r = 0; r < 20; r++) {
  globalThis.gc?.()
  const rec = await cpuMicroseconds(() => {
    for (let i = 0; i < 400; i++) t.record(runs[i % 50]!)
  })
  const snt = await cpuMicroseconds(() => t.flush())
  a.push(rec / 3200)
  b.push(snt / 3200)
}
console.log('record', median(a).toFixed(2), 'send', median(b).toFixed(2))
await t.close()
sink.disconnect()
