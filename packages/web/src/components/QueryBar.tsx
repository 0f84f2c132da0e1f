import type { TraceRow } from '@clew/model'
import { type Ref, useEffect, useId, useImperativeHandle, useRef, useState } from 'react'
import { type Completion, completeFilter } from '../logic/completion.ts'
import { filterProblem } from '../logic/filter-problem.ts'
import { CompletionList, optionId } from './CompletionList.tsx'
import { CopyButton } from './CopyButton.tsx'
import { FilterProblemNote } from './FilterProblemNote.tsx'
import { Icon } from './Icon.tsx'

export interface QueryBarHandle {
  readonly focus: () => void
}

export interface QueryBarProps {
  /** The filter in force. */
  readonly filter: string
  readonly onCommit: (filter: string) => void
  /** Where values are observed. */
  readonly rows: readonly TraceRow[]
  readonly ref: Ref<QueryBarHandle>
}

/** One line of MLflow's filter language, with completion, and its mistakes shown where they are. */
export function QueryBar({ filter, onCommit, rows, ref }: QueryBarProps) {
  const input = useRef<HTMLInputElement>(null)
  const listId = useId()
  const [text, setText] = useState(filter)
  const [completion, setCompletion] = useState<Completion>()
  const [active, setActive] = useState(-1)
  const [showsProblem, setShowsProblem] = useState(true)
  useImperativeHandle(ref, () => ({ focus: () => input.current?.focus() }), [])
  useEffect(() => setText(filter), [filter])

  const problem = showsProblem ? filterProblem(text) : undefined
  const complete = (next: string) => {
    const caret = input.current?.selectionStart ?? next.length
    setCompletion(completeFilter(next, caret, rows))
    setActive(-1)
  }
  const change = (next: string) => {
    setText(next)
    setShowsProblem(false)
    complete(next)
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
  const onKeyDown = (event: React.KeyboardEvent) => {
    const count = completion?.options.length ?? 0
    if (event.key === 'ArrowDown' && completion === undefined) complete(text)
    else if (event.key === 'ArrowDown' && count > 0) setActive((active + 1) % count)
    else if (event.key === 'ArrowUp' && count > 0) setActive(active <= 0 ? count - 1 : active - 1)
    else if ((event.key === 'Enter' || event.key === 'Tab') && active >= 0) accept(active)
    else if (event.key === 'Enter') commit(text)
    else if (event.key === 'Escape' && completion !== undefined) setCompletion(undefined)
    else if (event.key === 'Escape') input.current?.blur()
    else return
    event.preventDefault()
  }
  const isOpen = completion !== undefined
  return (
    <search className="queryrow">
      <div className="query">
        <Icon name="search" />
        <input
          ref={input}
          className="query-text"
          role="combobox"
          aria-label="Filter traces"
          aria-expanded={isOpen}
          aria-autocomplete="list"
          aria-controls={isOpen ? listId : undefined}
          aria-activedescendant={active >= 0 ? optionId(listId, active) : undefined}
          aria-invalid={problem !== undefined}
          aria-describedby={problem === undefined ? undefined : `${listId}-problem`}
          placeholder="status = 'ERROR' AND span.name LIKE '%search%'"
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          value={text}
          onChange={(event) => change(event.target.value)}
          onFocus={() => text === '' && complete('')}
          onClick={() => !isOpen && complete(text)}
          onBlur={() => {
            setCompletion(undefined)
            setShowsProblem(true)
          }}
          onKeyDown={onKeyDown}
        />
        {text === '' ? (
          <kbd>/</kbd>
        ) : (
          <>
            <CopyButton text={text} label="Copy as filter_string" />
            <button type="button" className="icon-btn small" aria-label="Clear filter" onClick={() => commit('')}>
              <Icon name="x" />
            </button>
          </>
        )}
        {isOpen ? <CompletionList id={listId} completion={completion} active={active} onChoose={accept} /> : null}
        {problem && !isOpen ? <FilterProblemNote id={`${listId}-problem`} text={text} problem={problem} /> : null}
      </div>
    </search>
  )
}

/** Puts an option in and the caret where the reader types on: between its quotes, or behind it and a space. */
function insertOption(text: string, { from, to }: Completion, insert: string) {
  const isOpenEnded = insert.endsWith('.') || insert.endsWith(' ')
  const hole = insert.search(/''|%%/)
  const inserted = isOpenEnded || hole >= 0 ? insert : `${insert} `
  const next = text.slice(0, from) + inserted + text.slice(to)
  return { next, caret: from + (hole >= 0 ? hole + 1 : inserted.length) }
}
