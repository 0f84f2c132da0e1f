import { encodeOtlpProtobuf } from '@clew/model'
import { agentRun } from './content.ts'
import { cpuMicroseconds, median } from './measure.ts'
import { clew } from './sdk/clew.ts'
const got: any[] = []
const D = (await import('../packages/sdk/src/delivery.ts')).Delivery.prototype
D.addTrace = () => {}; D.addSpan = (s: any) => got.push(s)
const t = clew('http://127.0.0.1:9')
const runs = Array.from({ length: 50 }, agentRun)
const res: number[] = []
for (let r = 0; r < 200; r++) {
  got.length = 0
  for (let i = 0; i < 64; i++) t.record(runs[(r + i) % 50]!)
  const spans = got.map((s) => s.toSpan())
  res.push(await cpuMicroseconds(() => { encodeOtlpProtobuf(spans, new Map()) }) / 512)
}
console.log('protobuf', median(res.slice(100)).toFixed(2))
