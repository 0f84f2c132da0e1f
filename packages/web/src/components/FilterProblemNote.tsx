import type { FilterProblem } from '../logic/filter-problem.ts'
import { Icon } from './Icon.tsx'

export interface FilterProblemNoteProps {
  readonly id: string
  readonly text: string
  readonly problem: FilterProblem
}

/** The mistake in words, and the filter with the place marked. */
export function FilterProblemNote({ id, text, problem }: FilterProblemNoteProps) {
  const { start, end, message } = problem
  return (
    <div className="query-problem menu" id={id} role="alert">
      <p>
        <Icon name="circle-x" />
        <span>{message}</span>
      </p>
      <code aria-hidden="true">
        {text.slice(Math.max(0, start - 40), start)}
        <mark>{end > start ? text.slice(start, end) : '␣'}</mark>
        {text.slice(Math.max(start, end), end + 40)}
      </code>
    </div>
  )
}
