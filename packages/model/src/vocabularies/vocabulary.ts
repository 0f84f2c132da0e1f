import type { JsonText } from '../json/text.ts'
import type { Attributes, Span } from '../span.ts'

/**
 * How one foreign convention says what MLflow's reserved attributes say. Data where it can be, a pure function where
 * the convention spreads a value over several attributes. Rules follow `mlflow/tracing/otel/translation` of MLflow
 * 3.17.2, and what emitters were seen to send beyond it.
 */
export interface Vocabulary {
  readonly name: string
  /** The span type its own words stand for; `undefined` when the span does not use this vocabulary. */
  readonly type: (attributes: Attributes) => string | undefined
  readonly inputs: readonly Source[]
  readonly outputs: readonly Source[]
  readonly model: readonly Source[]
  readonly provider: readonly Source[]
  readonly tools: readonly Source[]
  /** The renderer for messages in inputs and outputs, where the vocabulary implies one. */
  readonly messageFormat?: (attributes: Attributes) => string | undefined
  readonly tokens: TokenSources
  readonly session: readonly string[]
  readonly user: readonly string[]
}

/** The name of an attribute, or a function that gathers a value from several. Total: never throws. */
export type Source = string | GatheringSource

export type GatheringSource = (span: Span) => JsonText | undefined

/** Names of attributes that hold a number, or a number as text. */
export interface TokenSources {
  readonly input: readonly string[]
  readonly output: readonly string[]
  readonly total: readonly string[]
  readonly cacheRead: readonly string[]
  readonly cacheCreation: readonly string[]
  readonly reasoning: readonly string[]
}

const noTokens: TokenSources = {
  input: [],
  output: [],
  total: [],
  cacheRead: [],
  cacheCreation: [],
  reasoning: [],
}

/** A vocabulary with every part it does not name left empty. */
export function vocabulary(parts: Partial<Vocabulary> & Pick<Vocabulary, 'name'>): Vocabulary {
  return {
    type: () => undefined,
    inputs: [],
    outputs: [],
    model: [],
    provider: [],
    tools: [],
    tokens: noTokens,
    session: [],
    user: [],
    ...parts,
  }
}
