import { memo } from 'react'
import { exactDuration, formatDuration, formatTokens } from '../../logic/format.ts'
import { spanKind } from '../../logic/span-kind.ts'
import { hasChildren } from '../../logic/span-tree.ts'
import type { TimeWindow } from '../../logic/timeline.ts'
import {
  durationMsOf,
  isFailed,
  isRunning,
  modelOf,
  nameOf,
  type TraceModel,
  tokensOf,
  typeOf,
} from '../../logic/trace-model.ts'
import { Icon } from '../Icon.tsx'
import { SpanLane } from './SpanLane.tsx'
import { MarkedName } from './SpansBar.tsx'

export interface SpanRowProps {
  readonly model: TraceModel
  readonly position: number
  readonly at: {
    readonly index: number
    /** px */
    readonly top: number
    readonly isSelected: boolean
    readonly isTabStop: boolean
    readonly isFolded: boolean
  }
  readonly window: TimeWindow
  readonly showsPath: boolean
  readonly find: string
}

/** Levels beyond this are drawn at the same indent and say their depth. */
const MAX_INDENT = 16

export const SpanRow = memo(
  function SpanRow({ model, position, at, window, showsPath, find }: SpanRowProps) {
    const { tree } = model
    const row = tree.rowAt[position]!
    const kind = spanKind(typeOf(model, row))
    const depth = tree.depth[position]!
    const isParent = hasChildren(tree, position)
    const passedFrom = model.passedFrom[row]!
    const state = isFailed(model, row)
      ? `error ${passedFrom === -1 ? '' : 'passed'}`
      : isRunning(model, row)
        ? 'running'
        : ''
    return (
      <div
        role="row"
        id={`span-${position}`}
        data-position={position}
        className={`sp ${state}`}
        aria-level={depth + 1}
        aria-setsize={tree.setSize[position]}
        aria-posinset={tree.placeInSet[position]}
        aria-rowindex={at.index + 2}
        aria-expanded={isParent ? !at.isFolded : undefined}
        aria-selected={at.isSelected}
        aria-label={sentence(model, row, kind.label)}
        tabIndex={at.isTabStop ? 0 : -1}
        style={{ '--l': Math.min(depth, MAX_INDENT), transform: `translateY(${at.top}px)` }}
      >
        <Names model={model} position={position} isFolded={at.isFolded} find={find} />
        <div role="gridcell" className="lane">
          <SpanLane
            model={model}
            position={position}
            window={window}
            showsPath={showsPath}
            isFolded={at.isFolded && isParent}
          />
        </div>
      </div>
    )
  },
  (before, after) =>
    before.model === after.model &&
    before.position === after.position &&
    before.at.top === after.at.top &&
    before.at.isSelected === after.at.isSelected &&
    before.at.isTabStop === after.at.isTabStop &&
    before.at.isFolded === after.at.isFolded &&
    before.window.from === after.window.from &&
    before.window.to === after.window.to &&
    before.showsPath === after.showsPath &&
    before.find === after.find,
)

interface NamesProps extends Pick<SpanRowProps, 'model' | 'position' | 'find'> {
  readonly isFolded: boolean
}

function Names({ model, position, isFolded, find }: NamesProps) {
  const { tree } = model
  const row = tree.rowAt[position]!
  const kind = spanKind(typeOf(model, row))
  const isParent = hasChildren(tree, position)
  const tokens = tokensOf(model, row)
  return (
    <div role="gridcell" className="names">
      <span className="twist">
        {isParent ? <Icon name={isFolded ? 'chevron-right' : 'chevron-down'} size="xs" /> : null}
      </span>
      <Icon name={kind.icon} className={`type ${kind.hue}`} />
      <span className="name cut" title={nameOf(model, row)}>
        <MarkedName model={model} row={row} find={find} />
      </span>
      {isFailed(model, row) ? (
        <span className="status">
          <Icon name="circle-x" />
        </span>
      ) : null}
      {isFolded && isParent ? <span className="badge fold">{tree.end[position]! - position - 1} spans</span> : null}
      <Note model={model} row={row} depth={tree.depth[position]!} />
      <span className="d" title={exactDuration(durationMsOf(model, row))}>
        {formatDuration(durationMsOf(model, row))}
      </span>
      <span className="t">{tokens === undefined ? '' : formatTokens(tokens)}</span>
    </div>
  )
}

/** What tells this span from its like: the model, where an error comes from, a parent that never came. */
function Note({ model, row, depth }: { readonly model: TraceModel; readonly row: number; readonly depth: number }) {
  const passedFrom = model.passedFrom[row]!
  const deep = depth > MAX_INDENT ? `level ${depth + 1} ` : ''
  if (passedFrom !== -1) return <span className="note cut">from {nameOf(model, passedFrom)}</span>
  if (isFailed(model, row)) return <span className="note cut error">{deep}Error</span>
  if (isRunning(model, row)) return <span className="note cut running">{modelOf(model, row) ?? 'Running'}</span>
  const orphan = model.skeleton.parent[row] === -2 ? 'parent not received' : ''
  return <span className="note cut">{`${deep}${modelOf(model, row) ?? orphan}`}</span>
}

function sentence(model: TraceModel, row: number, label: string): string {
  const took = formatDuration(durationMsOf(model, row))
  const state = isFailed(model, row) ? ', error' : isRunning(model, row) ? ', running' : ''
  const onPath = model.path.totalOf[row]! / 1e6
  return `${label} ${nameOf(model, row)}, ${took}${state}${onPath > 0 ? `, ${formatDuration(onPath)} on critical path` : ''}`
}
