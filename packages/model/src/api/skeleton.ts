/**
 * The structure of one trace without its contents, column by column, so that 100,000 spans are a few arrays and not
 * 100,000 objects. Row `i` of every column is the same span. Rows are in order of start time, ties by span id; a
 * parent may stand after its child.
 */
export interface Skeleton {
  readonly traceId: string
  /** How many spans the trace has; equals the length of every column. */
  readonly count: number
  /** Start of the earliest span, nanoseconds since the Unix epoch, decimal: it does not fit a JSON number. */
  readonly originNs: string
  /** 16 hex digits each. */
  readonly spanId: readonly string[]
  /** Row of the parent; -1 for a root, -2 when the parent is named but was not received. */
  readonly parent: readonly number[]
  /** Index into `names`. */
  readonly name: readonly number[]
  readonly names: readonly string[]
  /** Index into `types`. */
  readonly type: readonly number[]
  readonly types: readonly string[]
  /** 0 unset, 1 ok, 2 error. */
  readonly status: readonly number[]
  /** Nanoseconds after `originNs`. */
  readonly start: readonly number[]
  /** Nanoseconds; -1 while the span runs. */
  readonly duration: readonly number[]
  /** Index into `models`, -1 without a model. */
  readonly model: readonly number[]
  readonly models: readonly string[]
  /** -1 when unknown. */
  readonly inputTokens: readonly number[]
  /** -1 when unknown. */
  readonly outputTokens: readonly number[]
  /** US dollars, -1 when unknown. */
  readonly cost: readonly number[]
  /** How many events of the span are exceptions. */
  readonly exceptions: readonly number[]
}
