import { useRef } from 'react'
import type { TraceModel } from '../../logic/trace-model.ts'
import { SpanPanel } from '../panel/SpanPanel.tsx'
import { Splitter } from '../Splitter.tsx'
import { useShortcuts } from '../shortcuts.ts'
import { usePaneWidth } from '../use-pane-width.ts'
import { Overview } from './Overview.tsx'
import { SpanGrid } from './SpanGrid.tsx'
import { SpansBar } from './SpansBar.tsx'
import { SpansFoot } from './SpansFoot.tsx'
import { type TraceView, useTraceView } from './use-trace-view.ts'

const DEFAULT_PANEL = 504
const DEFAULT_SPLIT = 412

export interface TraceBodyProps {
  readonly model: TraceModel
  readonly isRunning: boolean
  /** Back to the list. */
  readonly onLeave: () => void
}

/** Spans left, the selected one right. */
export function TraceBody({ model, isRunning, onLeave }: TraceBodyProps) {
  const view = useTraceView(model)
  const [panelWidth, setPanelWidth] = usePaneWidth('panel')
  const [splitWidth, setSplitWidth] = usePaneWidth('split')
  const find = useRef<HTMLInputElement>(null)
  const panel = useRef<HTMLElement>(null)
  useShortcuts({
    e: () => view.nextError(1),
    'Shift+e': () => view.nextError(-1),
    n: () => view.nextMatch(1),
    'Shift+n': () => view.nextMatch(-1),
    '/': () => find.current?.focus(),
    '[': view.foldAll,
    ']': view.unfoldAll,
    i: view.togglePath,
    f: () => zoomToSelection(model, view),
    0: () => view.zoom(undefined),
    Escape: onLeave,
  })
  const showsPanel = view.isPanelOpen && view.selected !== -1
  return (
    <div className={`trace-body ${showsPanel ? '' : 'is-closed'}`} style={{ '--panel': px(panelWidth) }}>
      <section className="spans" aria-label="Spans" style={{ '--split-wish': px(splitWidth) }}>
        <SpansBar model={model} view={view} findRef={find} />
        <Overview model={model} view={view} />
        <SpanGrid model={model} view={view} onEnter={() => panel.current?.focus()} />
        <SpansFoot model={model} />
        <Splitter
          className="split"
          label="Width of the names"
          width={splitWidth ?? DEFAULT_SPLIT}
          min={200}
          max={900}
          isPaneRight={false}
          onResize={setSplitWidth}
        />
      </section>
      {showsPanel ? (
        <>
          <Splitter
            label="Width of the span panel"
            width={panelWidth ?? DEFAULT_PANEL}
            min={320}
            max={1_000}
            isPaneRight
            onResize={setPanelWidth}
          />
          <SpanPanel
            ref={panel}
            model={model}
            row={model.tree.rowAt[view.selected]!}
            isRunning={isRunning}
            onSelectRow={(row) => view.select(model.tree.positionOf[row]!)}
            onClose={() => closePanel(view)}
          />
        </>
      ) : null}
    </div>
  )
}

/** The focus goes back to the row, not to nowhere. */
function closePanel(view: TraceView): void {
  view.setPanelOpen(false)
  document.getElementById(`span-${view.selected}`)?.focus()
}

function zoomToSelection(model: TraceModel, view: TraceView): void {
  const row = model.tree.rowAt[view.selected]
  if (row === undefined) return
  const [from, to] = [model.skeleton.start[row]!, model.endOf[row]!]
  const margin = (to - from) * 0.05
  view.zoom({ from: from - margin, to: to + margin })
}

function px(width: number | undefined): string | undefined {
  return width === undefined ? undefined : `${width}px`
}
