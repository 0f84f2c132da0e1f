/** Tokens of one call or of a whole trace. `input` includes cached tokens, `output` includes reasoning tokens. */
export interface TokenUsage {
  readonly input: number
  readonly output: number
  readonly total: number
  readonly cacheRead: number | undefined
  readonly cacheCreation: number | undefined
  readonly reasoning: number | undefined
}

/** Cost of one call or of a whole trace, in US dollars. */
export interface Cost {
  readonly input: number
  readonly output: number
  readonly total: number
}
