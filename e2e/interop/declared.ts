import type { Difference } from './difference.ts'

/** Why our answer is another one, and where docs/reference/differences.md says so. */
export interface DeclaredDifference extends Difference {
  readonly story: string
  /** The heading in docs/reference/differences.md. */
  readonly heading: string
}

const declared: readonly DeclaredDifference[] = []

/** In document order, as `differences` finds them. A declared one that is not found makes its story fail. */
export function declaredDifferences(story: string): Difference[] {
  return declared.filter((difference) => difference.story === story).map(({ at, stock, clew }) => ({ at, stock, clew }))
}
