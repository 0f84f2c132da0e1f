/**
 * MLflow's rule for adding up amounts of a trace: a span's amount counts only if none of its ancestors has one, so a
 * parent that reports the total of its children is not counted twice (`mlflow.tracing.utils`,
 * `aggregate_usage_from_spans`). A parent that was not received is no ancestor.
 *
 * Spans may be added in any order and end in the same state; each costs constant time on average, because a span
 * becomes covered once. Spans that are their own ancestors (a cycle of parents) count nothing.
 */
export class RollUp<Amount> {
  readonly #nodes = new Map<string, Node<Amount>>()
  readonly #children = new Map<string, Node<Amount>[]>()
  readonly #counted = new Map<string, Amount>()

  /** Adds a span, or gives an amount to one that was added without. Its parent and its amount do not change later. */
  add(spanId: string, parentSpanId: string | undefined, amount: Amount | undefined): void {
    const node = this.#nodes.get(spanId) ?? this.#insert(spanId, parentSpanId)
    node.amount ??= amount
    if (node.amount !== undefined && !node.isCovered) this.#counted.set(spanId, node.amount)
    if (node.amount !== undefined || node.isCovered) this.#coverBelow(spanId)
  }

  /** The amounts that count, in no particular order. */
  counted(): Iterable<Amount> {
    return this.#counted.values()
  }

  #insert(spanId: string, parentSpanId: string | undefined): Node<Amount> {
    const parent = parentSpanId === undefined ? undefined : this.#nodes.get(parentSpanId)
    const isCovered = parent !== undefined && (parent.isCovered || parent.amount !== undefined)
    const node: Node<Amount> = { spanId, amount: undefined, isCovered }
    this.#nodes.set(spanId, node)
    if (parentSpanId !== undefined) {
      const siblings = this.#children.get(parentSpanId)
      if (siblings === undefined) this.#children.set(parentSpanId, [node])
      else siblings.push(node)
    }
    return node
  }

  #coverBelow(spanId: string): void {
    const parents = [spanId]
    for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
      for (const child of this.#children.get(parent) ?? []) {
        if (child.isCovered) continue
        child.isCovered = true
        this.#counted.delete(child.spanId)
        parents.push(child.spanId)
      }
    }
  }
}

interface Node<Amount> {
  readonly spanId: string
  amount: Amount | undefined
  /** An ancestor has an amount. */
  isCovered: boolean
}
