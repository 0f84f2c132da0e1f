import { encodeOtlpProtobuf, encodeOtlpJson } from '@clew/model'
import { init } from '@clew/tracing'
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { agentRun } from './content.ts'
import { cpuMicroseconds, median } from './measure.ts'
import { clew } from './sdk/clew.ts'
import { request, Agent } from 'node:http'
const sink = fork(fileURLToPath(new URL('sink.ts', import.meta.url)))
const destination = await new Promise<string>((resolve) => sink.once('message', (url) => resolve(String(url))))
const got: any[] = []
const D = (await import('../packages/sdk/src/delivery.ts')).Delivery.prototype
D.addTrace = () => {}; D.addSpan = (s: any) => got.push(s)
const t = clew(destination)
const runs = Array.from({ length: 50 }, agentRun)
const agent = new Agent({ keepAlive: true })
const res: Record<string, number[]> = {}
const m = async (k: string, f: () => any) => { (res[k] ??= []).push(await cpuMicroseconds(f) / 512) }
for (let r = 0; r < 60; r++) {
  got.length = 0
  globalThis.gc?.()
  await m('record', () => { for (let i = 0; i < 64; i++) t.record(runs[(r + i) % 50]!) })
  let spans: any[], bytes: Uint8Array<ArrayBuffer>
  await m('toSpan', () => { spans = got.map((s) => s.toSpan()) })
  await m('protobuf', () => { bytes = encodeOtlpProtobuf(spans, new Map()) as any })
  await m('json', () => { encodeOtlpJson(spans, new Map()) })
  await m('fetch', async () => { const x = await fetch(destination + '/v1/traces', { method: 'POST', body: bytes, headers: { 'content-type': 'application/x-protobuf' } }); await x.arrayBuffer() })
  await m('fetch-blob', async () => { const x = await fetch(destination + '/v1/traces', { method: 'POST', body: new Blob([bytes]), headers: { 'content-type': 'application/x-protobuf' } }); await x.arrayBuffer() })
  await m('http', () => new Promise<void>((ok) => { const q = request(destination + '/v1/traces', { method: 'POST', agent, headers: { 'content-length': bytes.length } }, (x) => { x.resume().on('end', ok) }); q.end(bytes) }))
  if (r == 59) console.log('bytes/span', bytes!.length / 512)
}
for (const k in res) console.log(k, median(res[k]!.slice(10)).toFixed(2))
sink.disconnect()
