import { type Ref, useMemo } from 'react'
import { plural } from '../../logic/format.ts'
import { nameOf, type TraceModel } from '../../logic/trace-model.ts'
import { Icon } from '../Icon.tsx'
import type { TraceView } from './use-trace-view.ts'

export interface SpansBarProps {
  readonly model: TraceModel
  readonly view: TraceView
  readonly findRef: Ref<HTMLInputElement>
}

export function SpansBar({ model, view, findRef }: SpansBarProps) {
  const isAllFolded = view.rows.count < model.tree.count
  return (
    <div className="spans-bar" role="toolbar" aria-label="Spans">
      <h2 className="spans-title">Spans</h2>
      <button
        type="button"
        className="icon-btn"
        aria-label={isAllFolded ? 'Open all spans ( ] )' : 'Close all spans ( [ )'}
        title={isAllFolded ? 'Open all ( ] )' : 'Close all ( [ )'}
        onClick={isAllFolded ? view.unfoldAll : view.foldAll}
      >
        <Icon name="list-tree" />
      </button>
      <span className="grow" />
      {model.errors === 0 ? null : (
        <button
          type="button"
          className="btn quiet bad"
          aria-label={`Next error (E), ${plural(model.errors, 'error')}`}
          title="Next error (E)"
          onClick={() => view.nextError(1)}
        >
          <Icon name="circle-x" />
          <span>{plural(model.errors, 'error')}</span>
        </button>
      )}
      <button
        type="button"
        className="btn"
        aria-pressed={view.showsPath}
        aria-label="Critical path (I)"
        title="Critical path (I): what the trace waited for"
        onClick={view.togglePath}
      >
        <Icon name="route" />
        <span>Critical path</span>
      </button>
      <Find model={model} view={view} findRef={findRef} />
    </div>
  )
}

function Find({ model, view, findRef }: SpansBarProps) {
  const { find } = view
  const matches = useMatches(model, find)
  return (
    <div className="find">
      <Icon name="search" />
      <input
        ref={findRef}
        type="text"
        aria-label="Find a span by name"
        placeholder="Find"
        spellCheck={false}
        autoComplete="off"
        value={find}
        onChange={(event) => view.setFind(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') view.nextMatch(event.shiftKey ? -1 : 1)
          else if (event.key === 'Escape') {
            view.setFind('')
            event.currentTarget.blur()
          } else return
          event.preventDefault()
        }}
      />
      {find === '' ? <kbd>/</kbd> : <output>{matches}</output>}
    </div>
  )
}

/** Counted over the distinct names first, of which there are few. */
function useMatches(model: TraceModel, find: string): number {
  return useMemo(() => {
    const wanted = find.trim().toLowerCase()
    if (wanted === '') return 0
    const { skeleton } = model
    const isMatch = skeleton.names.map((name) => name.toLowerCase().includes(wanted))
    return skeleton.name.reduce((sum, name) => (isMatch[name] ? sum + 1 : sum), 0)
  }, [model, find])
}

/** The part of a name that is looked for. */
export function MarkedName({
  model,
  row,
  find,
}: {
  readonly model: TraceModel
  readonly row: number
  readonly find: string
}) {
  const name = nameOf(model, row)
  const wanted = find.trim().toLowerCase()
  const at = wanted === '' ? -1 : name.toLowerCase().indexOf(wanted)
  if (at === -1) return name
  return (
    <>
      {name.slice(0, at)}
      <mark>{name.slice(at, at + wanted.length)}</mark>
      {name.slice(at + wanted.length)}
    </>
  )
}
