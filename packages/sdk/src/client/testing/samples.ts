import { encodeJson, type Span, spanToProtoJson, type TraceInfo, traceInfoToJson } from '@clew/model'

/** A root span with inputs that has ended. */
export function sampleSpan(changes: Partial<Span> = {}): Span {
  return {
    traceId: 'tr-4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: '00f067aa0ba902b7',
    parentSpanId: undefined,
    name: 'answer',
    startTimeNs: 1_750_000_000_000_000_001n,
    endTimeNs: 1_750_000_000_000_000_002n,
    status: { code: 'OK', message: '' },
    attributes: new Map([
      ['mlflow.spanType', encodeJson('AGENT')],
      ['mlflow.spanInputs', encodeJson({ question: 'why?' })],
    ]),
    events: [],
    links: [],
    ...changes,
  }
}

/** Of a trace whose spans are on the server. */
export function sampleInfo(changes: Partial<TraceInfo> = {}): TraceInfo {
  return {
    traceId: 'tr-4bf92f3577b34da6a3ce929d0e0e4736',
    experimentId: '0',
    clientRequestId: undefined,
    requestTimeMs: 1_750_000_000_000,
    executionDurationMs: 1,
    state: 'OK',
    requestPreview: undefined,
    responsePreview: undefined,
    traceMetadata: new Map(),
    tags: new Map([['mlflow.trace.spansLocation', 'TRACKING_STORE']]),
    assessments: [],
    ...changes,
  }
}

/** As `traces/get` and `batchGet` answer a trace. */
export function sampleTraceJson(changes: Partial<TraceInfo> = {}): string {
  return `{"trace_info":${traceInfoToJson(sampleInfo(changes))},"spans":[${spanToProtoJson(sampleSpan())}]}`
}
