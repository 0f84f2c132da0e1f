import type { JsonText, SpanType } from '@clew/model'

/** Python's logging scale, which MLflow stores on every span as `mlflow.spanLogLevel`. */
const DEBUG = 10
const INFO = 20
const ERROR = 40
const DEBUG_TEXT = String(DEBUG) as JsonText
const INFO_TEXT = String(INFO) as JsonText

/** The types that are worth a look on their own; the rest is plumbing. */
const INFORMATIVE: ReadonlySet<SpanType> = new Set(['LLM', 'CHAT_MODEL', 'TOOL', 'RETRIEVER', 'AGENT', 'EMBEDDING'])

/**
 * The log level of a span: what the program set, else by type; at least ERROR when an exception was recorded
 * (MLflow 3.17.2).
 */
export function levelText(spanType: SpanType, hasException: boolean, given: JsonText | undefined): JsonText {
  if (given === undefined && !hasException) return INFORMATIVE.has(spanType) ? INFO_TEXT : DEBUG_TEXT
  const level = given === undefined ? NaN : Number(given)
  const own = Number.isInteger(level) ? level : INFORMATIVE.has(spanType) ? INFO : DEBUG
  return String(hasException ? Math.max(own, ERROR) : own) as JsonText
}
