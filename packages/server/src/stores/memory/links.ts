/** Which runs and prompt versions traces belong to; neither end has to exist. */
export class TraceLinks {
  readonly #runs = new Map<string, Set<string>>()
  readonly #prompts = new Map<string, Set<string>>()

  runsOf(traceId: string): ReadonlySet<string> {
    return this.#runs.get(traceId) ?? NONE
  }

  promptsOf(traceId: string): ReadonlySet<string> {
    return this.#prompts.get(traceId) ?? NONE
  }

  addRun(traceId: string, runId: string): void {
    add(this.#runs, traceId, runId)
  }

  addPrompt(traceId: string, promptVersion: string): void {
    add(this.#prompts, traceId, promptVersion)
  }

  delete(traceId: string): void {
    this.#runs.delete(traceId)
    this.#prompts.delete(traceId)
  }
}

const NONE: ReadonlySet<string> = new Set()

function add(links: Map<string, Set<string>>, traceId: string, other: string): void {
  const others = links.get(traceId)
  if (others === undefined) links.set(traceId, new Set([other]))
  else others.add(other)
}
