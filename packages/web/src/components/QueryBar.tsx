import type { TraceRow } from '@clew/model'
import { type Ref, useId, useImperativeHandle, useRef } from 'react'
import { CompletionList, optionId } from './CompletionList.tsx'
import { CopyButton } from './CopyButton.tsx'
import { FilterProblemNote } from './FilterProblemNote.tsx'
import { Icon } from './Icon.tsx'
import { useFilterInput } from './use-filter-input.ts'

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
  const problemId = `${listId}-problem`
  useImperativeHandle(ref, () => ({ focus: () => input.current?.focus() }), [])
  const { text, completion, active, problem, ...box } = useFilterInput({ filter, rows, onCommit, input })
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
          aria-describedby={problem === undefined ? undefined : problemId}
          placeholder="status = 'ERROR' AND span.name LIKE '%search%'"
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          value={text}
          onChange={(event) => box.change(event.target.value)}
          onFocus={() => text === '' && box.open()}
          onClick={() => !isOpen && box.open()}
          onBlur={box.leave}
          onKeyDown={box.onKeyDown}
        />
        {text === '' ? (
          <kbd>/</kbd>
        ) : (
          <>
            <CopyButton text={text} label="Copy as filter_string" />
            <button type="button" className="icon-btn small" aria-label="Clear filter" onClick={() => box.commit('')}>
              <Icon name="x" />
            </button>
          </>
        )}
        {isOpen ? <CompletionList id={listId} completion={completion} active={active} onChoose={box.accept} /> : null}
        {problem ? <FilterProblemNote id={problemId} text={text} problem={problem} /> : null}
      </div>
    </search>
  )
}
