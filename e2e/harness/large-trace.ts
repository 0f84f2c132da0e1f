import { encodeOtlpProtobuf, jsonString, type Span, SpanKey } from '@clew/model'

const batchSize = 5_000
const kinds = ['CHAIN', 'TOOL', 'CHAT_MODEL', 'RETRIEVER'] as const

/** Sends one trace of `count` spans: a root, and under it chains of up to twelve. Returns its id. */
export async function sendLargeTrace(url: string, experimentId: string, count: number): Promise<string> {
  const spans = largeTrace(count)
  for (let from = 0; from < spans.length; from += batchSize) {
    const response = await fetch(`${url}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf', 'x-mlflow-experiment-id': experimentId },
      body: new Uint8Array(encodeOtlpProtobuf(spans.slice(from, from + batchSize), new Map())),
    })
    if (!response.ok) throw new Error(`The batch at ${from} was refused: ${response.status} ${await response.text()}`)
  }
  return spans[0]?.traceId ?? ''
}

function largeTrace(count: number): Span[] {
  const traceId = `tr-${'5ca1ab1e'.repeat(4)}`
  const startNs = BigInt(Date.now() - 600_000) * 1_000_000n
  return Array.from({ length: count }, (_, index): Span => {
    const depth = index % 12
    const offset = BigInt(index) * 5_000_000n
    return {
      traceId,
      spanId: idOf(index),
      parentSpanId: index === 0 ? undefined : idOf(depth === 0 || index < 12 ? 0 : index - 1),
      name: index === 0 ? 'crawl' : `step ${index}`,
      startTimeNs: startNs + offset,
      endTimeNs: startNs + (index === 0 ? BigInt(count) * 5_000_000n : offset + BigInt(12 - depth) * 4_000_000n),
      status: index % 997 === 996 ? { code: 'ERROR', message: 'lost' } : { code: 'OK', message: '' },
      attributes: new Map([
        [SpanKey.type, jsonString(index === 0 ? 'AGENT' : (kinds[index % kinds.length] ?? 'CHAIN'))],
      ]),
      events: [],
      links: [],
    }
  })
}

function idOf(index: number): string {
  return (index + 1).toString(16).padStart(16, '0')
}
