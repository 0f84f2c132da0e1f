import type { TraceRow } from '@clew/model'
import { type KeyboardEvent, type RefObject, useEffect, useState } from 'react'
import { type Completion, completeFilter } from '../logic/completion.ts'
import { type FilterProblem, filterProblem } from '../logic/filter-problem.ts'

export interface FilterInput {
  readonly text: string
  readonly completion: Completion | undefined
  /** Index of the option in hand, -1 for none. */
  readonly active: number
  /** What is wrong, once the reader has stopped typing. */
  readonly problem: FilterProblem | undefined
  readonly change: (text: string) => void
  readonly commit: (text: string) => void
  readonly accept: (index: number) => void
  readonly open: () => void
  readonly leave: () => void
  readonly onKeyDown: (event: KeyboardEvent) => void
}

export interface FilterInputOptions {
  readonly filter: string
  readonly rows: readonly TraceRow[]
  readonly onCommit: (filter: string) => void
  readonly input: RefObject<HTMLInputElement | null>
}

/** What is typed, what completes it, what is wrong with it, and what each key does. */
export function useFilterInput({ filter, rows, onCommit, input }: FilterInputOptions): FilterInput {
  const [text, setText] = useState(filter)
  const [completion, setCompletion] = useState<Completion>()
  const [active, setActive] = useState(-1)
  const [showsProblem, setShowsProblem] = useState(true)
  useEffect(() => setText(filter), [filter])

  const complete = (next: string) => {
    setCompletion(completeFilter(next, input.current?.selectionStart ?? next.length, rows))
    setActive(-1)
  }
  const commit = (next: string) => {
    setText(next)
    setCompletion(undefined)
    setShowsProblem(true)
    if (filterProblem(next) === undefined) onCommit(next.trim())
  }
  const accept = (index: number) => {
    const option = completion?.options[index]
    if (completion === undefined || option === undefined) return
    const { next, caret } = insertOption(text, completion, option.insert)
    setText(next)
    requestAnimationFrame(() => {
      input.current?.setSelectionRange(caret, caret)
      complete(next)
    })
  }
  const leave = () => {
    setCompletion(undefined)
    setShowsProblem(true)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const count = completion?.options.length ?? 0
    if (event.key === 'ArrowDown' && completion === undefined) complete(text)
    else if (event.key === 'ArrowDown') setActive((active + 1) % count)
    else if (event.key === 'ArrowUp' && count > 0) setActive(active <= 0 ? count - 1 : active - 1)
    else if ((event.key === 'Enter' || event.key === 'Tab') && active >= 0) accept(active)
    else if (event.key === 'Enter') commit(text)
    else if (event.key === 'Escape' && completion !== undefined) setCompletion(undefined)
    else if (event.key === 'Escape') input.current?.blur()
    else return
    event.preventDefault()
  }
  const change = (next: string) => {
    setText(next)
    setShowsProblem(false)
    complete(next)
  }
  const problem = showsProblem && completion === undefined ? filterProblem(text) : undefined
  return { text, completion, active, problem, change, commit, accept, open: () => complete(text), leave, onKeyDown }
}

/** Puts an option in and the caret where the reader types on: between its quotes, or behind it and a space. */
function insertOption(text: string, { from, to }: Completion, insert: string) {
  const isOpenEnded = insert.endsWith('.') || insert.endsWith(' ')
  const hole = insert.search(/''|%%/)
  const inserted = isOpenEnded || hole >= 0 ? insert : `${insert} `
  const next = text.slice(0, from) + inserted + text.slice(to)
  return { next, caret: from + (hole >= 0 ? hole + 1 : inserted.length) }
}
