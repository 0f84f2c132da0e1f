/** Span attributes MLflow reserves (`mlflow.constants`, SpanAttributeKey). */
export const SpanKey = {
  traceRequestId: 'mlflow.traceRequestId',
  experimentId: 'mlflow.experimentId',
  type: 'mlflow.spanType',
  inputs: 'mlflow.spanInputs',
  outputs: 'mlflow.spanOutputs',
  functionName: 'mlflow.spanFunctionName',
  logLevel: 'mlflow.spanLogLevel',
  chatTools: 'mlflow.chat.tools',
  chatUsage: 'mlflow.chat.tokenUsage',
  cost: 'mlflow.llm.cost',
  model: 'mlflow.llm.model',
  provider: 'mlflow.llm.provider',
  messageFormat: 'mlflow.message.format',
  /** On a root span: `mlflow.traceTag.<key>` becomes the trace tag `<key>`. */
  traceTagPrefix: 'mlflow.traceTag.',
  sessionId: 'session.id',
  userId: 'user.id',
} as const

/** Span attributes of Clew's own, which integrations write on the calls they trace. */
export const ClewSpanKey = {
  /**
   * How a call ended whose result was not followed to its natural end. `stopped`: the consumer left the stream early;
   * `aborted`: the request was aborted while the stream was read; `raw`: the caller took the raw response, so there was
   * nothing to see; `unread`: nobody read the result. Absent on a call that was followed to its end.
   */
  outcome: 'clew.outcome',
  /** How many chunks a stream brought; of a long one not every chunk is an event. */
  streamChunks: 'clew.stream.chunks',
} as const

/** Keys of trace metadata (`mlflow.tracing.constant`, TraceMetadataKey), written once. */
export const TraceMetadataKey = {
  schemaVersion: 'mlflow.trace_schema.version',
  inputs: 'mlflow.traceInputs',
  outputs: 'mlflow.traceOutputs',
  sourceRun: 'mlflow.sourceRun',
  modelId: 'mlflow.modelId',
  sizeStats: 'mlflow.trace.sizeStats',
  sizeBytes: 'mlflow.trace.sizeBytes',
  tokenUsage: 'mlflow.trace.tokenUsage',
  cost: 'mlflow.trace.cost',
  user: 'mlflow.trace.user',
  session: 'mlflow.trace.session',
  infoFinalized: 'mlflow.trace.infoFinalized',
  sourceName: 'mlflow.source.name',
  sourceType: 'mlflow.source.type',
  environmentUser: 'mlflow.user',
} as const

/** Keys of trace tags MLflow reserves (TraceTagKey). */
export const TraceTagKey = {
  name: 'mlflow.traceName',
  artifactLocation: 'mlflow.artifactLocation',
  spansLocation: 'mlflow.trace.spansLocation',
  archiveLocation: 'mlflow.trace.archiveLocation',
  archivalFailure: 'mlflow.trace.archivalFailure',
  linkedPrompts: 'mlflow.linkedPrompts',
} as const

/** Names inside the token usage object of a span or a trace. */
export const TokenUsageKey = {
  input: 'input_tokens',
  output: 'output_tokens',
  total: 'total_tokens',
  cacheRead: 'cache_read_input_tokens',
  cacheCreation: 'cache_creation_input_tokens',
  /** Clew's own; MLflow has no key for reasoning tokens. They are part of the output tokens. */
  reasoning: 'reasoning_output_tokens',
} as const

/** The event that carries an exception, and its attributes (OpenTelemetry semantic conventions, `exceptions`). */
export const ExceptionEvent = {
  name: 'exception',
  type: 'exception.type',
  message: 'exception.message',
  stacktrace: 'exception.stacktrace',
} as const

/** One chunk of a stream as a span event, numbered from 0. */
export const ChunkEvent = {
  /** The name of the event, and the number after it. */
  prefix: 'mlflow.chunk.item.',
  /** The chunk, as a string that holds its JSON text. */
  value: 'mlflow.chunk.value',
} as const

/** The version of the trace schema Clew writes, as MLflow ≥ 3.0 does. */
export const TRACE_SCHEMA_VERSION = '3'
