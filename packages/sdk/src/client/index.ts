export {
  type Assessment,
  type AssessmentContent,
  type AssessmentError,
  type AssessmentSource,
  type AssessmentSourceType,
  type Attributes,
  type Cost,
  type Experiment,
  type JsonText,
  type JsonValue,
  type LifecycleStage,
  readAttribute,
  type Span,
  type SpanEvent,
  type SpanLink,
  type SpanStatus,
  type SpanStatusCode,
  SpanType,
  type TokenUsage,
  type Trace,
  type TraceData,
  type TraceInfo,
  type TraceState,
} from '@clew/model'
export type { AddTraceOptions } from './add-trace.ts'
export { MlflowApiError, type MlflowApiErrorDetails } from './api-error.ts'
export type {
  AssessmentChange,
  AssessmentOptions,
  ExpectationOptions,
  FeedbackOptions,
  OverrideOptions,
} from './assessments.ts'
export type { TraceSelection } from './delete-traces.ts'
export type { ExperimentSearch, NewExperiment } from './experiments.ts'
export type { FeedbackValue, SourceOptions } from './feedback.ts'
export { MlflowClient, type MlflowClientOptions } from './mlflow-client.ts'
export { ReadSpan } from './read-span.ts'
export { ReadTrace, type SpanSelection } from './read-trace.ts'
export { SearchResults } from './search-results.ts'
export type { TraceSearch } from './search-traces.ts'
