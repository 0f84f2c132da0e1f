import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base'
import type { Step } from '../content.ts'
import type { Tracer } from './tracer.ts'

/** The OpenTelemetry SDK as an instrumentation of a model client uses it: contents go into attributes as JSON. */
export function openTelemetry(format: 'json' | 'protobuf', destination: string): Tracer {
  const processor = new BatchSpanProcessor(otlpExporter(format, destination), {
    maxQueueSize: 1 << 20,
    maxExportBatchSize: 512,
    scheduledDelayMillis: 3_600_000,
  })
  const provider = new BasicTracerProvider({ spanProcessors: [processor] })
  const tracer = provider.getTracer('bench')
  const contexts = new AsyncLocalStorageContextManager().enable()
  context.setGlobalContextManager(contexts)

  function record(step: Step): void {
    const span = tracer.startSpan(
      step.name,
      { attributes: { 'mlflow.spanType': step.type, ...step.attributes } },
      contexts.active(),
    )
    span.setAttribute('mlflow.spanInputs', JSON.stringify(step.inputs))
    contexts.with(trace.setSpan(contexts.active(), span), () => {
      for (const child of step.children) record(child)
    })
    span.setAttribute('mlflow.spanOutputs', JSON.stringify(step.outputs))
    span.end()
  }

  return {
    name: `OpenTelemetry SDK, ${format}`,
    record,
    flush: () => processor.forceFlush(),
    close: () => provider.shutdown(),
  }
}

function otlpExporter(format: 'json' | 'protobuf', destination: string): SpanExporter {
  const options = { url: `${destination}/v1/traces`, headers: { 'x-mlflow-experiment-id': '0' } }
  return format === 'json' ? new JsonExporter(options) : new ProtobufExporter(options)
}
