/**
 * A program on the OpenTelemetry SDK with its own exporter, configured by OpenTelemetry's own variables. The argument
 * chooses the exporter, `protobuf` or `json`. Prints one JSON line for each span it sent, in order of start.
 */
import { trace as api, type HrTime, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base'

const sent: ReadableSpan[] = []
const exporter = process.argv[2] === 'protobuf' ? new ProtobufExporter() : new JsonExporter()
const provider = new BasicTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'kitchen' }),
  spanProcessors: [new BatchSpanProcessor(exporter), keeping(sent)],
})
const chatAttributes = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
  'gen_ai.usage.input_tokens': 12,
  'gen_ai.usage.output_tokens': 5,
  'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: 'What is for lunch?' }] }]),
  'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: 'Soup.' }] }]),
}
cook(provider.getTracer('kitchen.tracer', '1.0'), new AsyncLocalStorageContextManager().enable())
await provider.shutdown()
for (const span of sent.sort(byStart)) console.log(JSON.stringify(written(span)))

/** A root with a chat call and a failing tool. */
function cook(tracer: Tracer, contexts: AsyncLocalStorageContextManager): void {
  const root = tracer.startSpan('cook', {
    kind: SpanKind.SERVER,
    startTime: at(0),
    attributes: { 'session.id': 'table-4', big: 2 ** 40, share: 0.5, open: true, sizes: ['s', 'm'] },
    links: [{ context: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 } }],
  })
  root.addEvent('started', { at: 'noon' })
  contexts.with(api.setSpan(contexts.active(), root), () => {
    const parent = contexts.active()
    const chat = tracer.startSpan(
      'chat gpt-4o-mini',
      { kind: SpanKind.CLIENT, startTime: at(1), attributes: chatAttributes },
      parent,
    )
    chat.end(at(3))
    const toolAttributes = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'stove' }
    const tool = tracer.startSpan('execute_tool stove', { startTime: at(2), attributes: toolAttributes }, parent)
    tool.recordException(new RangeError('pan on fire'))
    tool.setStatus({ code: SpanStatusCode.ERROR, message: 'too hot' })
    tool.end(at(4))
  })
  root.setStatus({ code: SpanStatusCode.ERROR })
  root.end(at(5))
}

/** Nanoseconds count: a time that went through a float would show. */
function at(milliseconds: number): HrTime {
  return [1_795_000_000, milliseconds * 1_000_000 + 123_457]
}

function keeping(sent: ReadableSpan[]) {
  const nothing = () => Promise.resolve()
  return { onStart() {}, onEnd: (span: ReadableSpan) => void sent.push(span), forceFlush: nothing, shutdown: nothing }
}

function written(span: ReadableSpan) {
  const { traceId, spanId } = span.spanContext()
  const [start, end] = [span.startTime, span.endTime].map(
    ([seconds, rest]) => `${BigInt(seconds) * 10n ** 9n + BigInt(rest)}`,
  )
  return { traceId, spanId, parentId: span.parentSpanContext?.spanId, name: span.name, start, end }
}

function byStart(left: ReadableSpan, right: ReadableSpan): number {
  return left.startTime[1] - right.startTime[1]
}
