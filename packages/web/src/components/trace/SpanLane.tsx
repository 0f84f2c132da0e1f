import { formatDuration } from '../../logic/format.ts'
import { DRAWN_SHARE } from '../../logic/path-lines.ts'
import { spanKind } from '../../logic/span-kind.ts'
import { placeBar, type TimeWindow } from '../../logic/timeline.ts'
import { isFailed, isRunning, type TraceModel, typeOf } from '../../logic/trace-model.ts'
import { Icon } from '../Icon.tsx'

/** Children drawn small inside a folded bar. */
const FOLDED_SHOWN = 16

export interface SpanLaneProps {
  readonly model: TraceModel
  readonly position: number
  readonly window: TimeWindow
  readonly showsPath: boolean
  readonly isFolded: boolean
}

/** A span in time: the tint is all of it, the solid part what the trace waited for. */
export function SpanLane({ model, position, window, showsPath, isFolded }: SpanLaneProps) {
  const row = model.tree.rowAt[position]!
  const [start, end] = [model.skeleton.start[row]!, model.endOf[row]!]
  const place = placeBar(start, end, window)
  if (place.type === 'outside') {
    const isBefore = place.side === 'before'
    return (
      <span className={`off ${place.side}`}>
        {isBefore ? <Icon name="chevron-left" size="xs" /> : null}
        {formatDuration(place.distanceNs / 1e6)} {place.side}
        {isBefore ? null : <Icon name="chevron-right" size="xs" />}
      </span>
    )
  }
  const { hue } = spanKind(typeOf(model, row))
  const shown: TimeWindow = { from: Math.max(start, window.from), to: Math.min(end, window.to) }
  const isError = isFailed(model, row) && model.passedFrom[row] === -1
  return (
    <>
      <span
        className={`bar ${hue} ${isRunning(model, row) ? 'running' : ''} ${isFolded ? 'folded' : ''}`}
        style={{ '--x': place.left, '--w': place.width }}
      >
        {isFolded ? <FoldedChildren model={model} position={position} shown={shown} /> : null}
        {showsPath ? (
          <PathParts model={model} position={position} shown={shown} window={window} isFolded={isFolded} />
        ) : null}
      </span>
      {isError && end <= window.to ? <span className="event" style={{ '--x': place.left + place.width }} /> : null}
    </>
  )
}

interface PathPartsProps extends Pick<SpanLaneProps, 'model' | 'position' | 'window' | 'isFolded'> {
  readonly shown: TimeWindow
}

/** The span's own parts of the path; of a folded one, the stretch its subtree explains. */
function PathParts({ model, position, shown, window, isFolded }: PathPartsProps) {
  const { path, partOffset, partAt, tree } = model
  const row = tree.rowAt[position]!
  const least = (window.to - window.from) * DRAWN_SHARE
  if (isFolded) {
    const [from, to] = [Math.max(path.coverFrom[row]!, shown.from), Math.min(path.coverTo[row]!, shown.to)]
    return path.coverTo[row]! > path.coverFrom[row]! && to > from ? <i style={inside(from, to, shown)} /> : null
  }
  const parts = []
  for (let at = partOffset[row]!; at < partOffset[row + 1]!; at++) {
    const part = partAt[at]!
    const from = Math.max(path.from[part]!, shown.from)
    const to = Math.min(path.to[part]!, shown.to)
    if (to > from && (to - from >= least || isWhole(from, to, shown)))
      parts.push(<i key={from} style={inside(from, to, shown)} />)
  }
  return parts
}

function FoldedChildren({ model, position, shown }: Pick<PathPartsProps, 'model' | 'position' | 'shown'>) {
  const { tree, skeleton, endOf } = model
  const children = []
  let child = position + 1
  for (let index = 0; index < FOLDED_SHOWN && child < tree.end[position]!; index++) {
    const row = tree.rowAt[child]!
    const from = Math.max(skeleton.start[row]!, shown.from)
    const to = Math.min(endOf[row]!, shown.to)
    if (to > from) children.push(<u key={child} style={{ ...inside(from, to, shown), '--y': index % 3 }} />)
    child = tree.end[child]!
  }
  return children
}

/** A short span that is all on the path is solid, however short. */
function isWhole(from: number, to: number, shown: TimeWindow): boolean {
  return to - from >= (shown.to - shown.from) * 0.999
}

function inside(from: number, to: number, shown: TimeWindow) {
  const span = Math.max(shown.to - shown.from, 1)
  const round = (share: number) => Math.round(share * 100_000) / 1_000
  return { '--x': round((from - shown.from) / span), '--w': round((to - from) / span) }
}
