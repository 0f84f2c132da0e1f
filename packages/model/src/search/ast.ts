/**
 * The search language, parsed. A superset of MLflow's filter strings (`mlflow/utils/search_utils.py`): whatever MLflow
 * accepts means the same here, and there are OR, NOT and parentheses besides.
 *
 * What every store must do with it:
 * - `!=`, `NOT IN` and the like on tags, metadata, spans and assessments mean "there is such a row and its value
 *   differs": a trace without the key does not match. Columns that are absent never match either.
 * - All span clauses (and `text`) joined by one AND must hold for the same span. Those in parentheses of their own, which
 *   are an AND of one, need not.
 * - NOT is the plain complement: a comparison with something absent is false, and its negation true.
 * - `LIKE` is case-sensitive, `ILIKE` is not; `%` and `_` are the only wildcards, and there is no escape. `RLIKE` is an
 *   unanchored regular expression, bounded in time or refused by the store.
 * - `feedback` and `expectation` see valid assessments only; `=` compares the stored JSON text with the given text and
 *   with the given text as a JSON string. A feedback of 5 is the double 5.0: it equals `'5.0'`, and `'5'` (which MLflow
 *   misses).
 * - An assessment with the metadata key `mlflow.trace.session` is about the whole session of its trace: `feedback` and
 *   `expectation` see it on every trace of that session in the same experiment, so that `IS NULL` finds none of them.
 */
export type Filter =
  | { readonly type: 'and' | 'or'; readonly operands: readonly Filter[] }
  | { readonly type: 'not'; readonly operand: Filter }
  | Comparison

export interface Comparison {
  readonly type: 'comparison'
  readonly field: Field
  readonly operator: Operator
  readonly value: Literal
}

export type Field =
  | { readonly entity: 'attribute'; readonly name: NumericAttribute | TextAttribute }
  | { readonly entity: 'tag' | 'metadata'; readonly key: string }
  | { readonly entity: 'span'; readonly name: 'name' | 'type' | 'status' | 'content' }
  | { readonly entity: 'span-attribute'; readonly key: string }
  | { readonly entity: 'feedback' | 'expectation'; readonly name: string }
  | { readonly entity: 'issue'; readonly name: string }

export type NumericAttribute = 'timestamp_ms' | 'execution_time_ms' | 'end_time_ms'

/** `name` and `run_id` live in a tag and a metadata key; `text` is `span.content` under another name. */
export type TextAttribute = 'status' | 'request_id' | 'client_request_id' | 'name' | 'run_id' | 'prompt' | 'text'

export type Operator =
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'LIKE'
  | 'ILIKE'
  | 'RLIKE'
  | 'IN'
  | 'NOT IN'
  | 'IS NULL'
  | 'IS NOT NULL'

export type Literal =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'number'; readonly number: number }
  | { readonly type: 'list'; readonly texts: readonly string[] }
  | { readonly type: 'none' }

/** One entry of `order_by`. Absent values come last in both directions. */
export interface Order {
  readonly field: OrderField
  readonly direction: 'asc' | 'desc'
}

export type OrderField =
  | {
      readonly entity: 'attribute'
      readonly name: NumericAttribute | 'experiment_id' | 'status' | 'request_id' | 'name' | 'run_id'
    }
  | { readonly entity: 'tag' | 'metadata'; readonly key: string }

/** Records other than traces (experiments, prompts, datasets) have a smaller language: conjunctions over these fields. */
export interface RecordComparison<Name extends string> {
  readonly field:
    | { readonly entity: 'attribute'; readonly name: Name }
    | { readonly entity: 'tag'; readonly key: string }
  readonly operator: Operator
  readonly value: Literal
}

export interface RecordOrder<Name extends string> {
  readonly name: Name
  readonly direction: 'asc' | 'desc'
}

export type ExperimentAttribute = 'name' | 'experiment_id' | 'creation_time' | 'last_update_time'
export type ExperimentComparison = RecordComparison<ExperimentAttribute>
export type ExperimentOrder = RecordOrder<ExperimentAttribute>
