import type { TraceRow } from '@clew/model'
import { memo } from 'react'
import { failureLine } from '../logic/failure-line.ts'
import {
  exactDuration,
  exactTime,
  formatCost,
  formatDuration,
  formatTime,
  formatTokens,
  UNKNOWN,
} from '../logic/format.ts'
import { readablePreview } from '../logic/preview.ts'
import { spanKind } from '../logic/span-kind.ts'
import { type DurationScale, durationBar } from '../logic/trace-rows.ts'
import { FeedbackMarks } from './FeedbackMarks.tsx'
import { Icon } from './Icon.tsx'

export interface TraceTableRowProps {
  readonly row: TraceRow
  readonly at: {
    readonly index: number
    /** px */
    readonly top: number
    readonly isCursor: boolean
    readonly isTabStop: boolean
  }
  readonly now: number
  readonly scale: DurationScale
}

export const TraceTableRow = memo(
  function TraceTableRow({ row, at, now, scale }: TraceTableRowProps) {
    const kind = spanKind(row.type)
    const request = readablePreview(row.request, 'request')
    return (
      <div
        role="row"
        id={`row-${row.id}`}
        className="tr"
        aria-rowindex={at.index + 2}
        aria-selected={at.isCursor}
        tabIndex={at.isTabStop ? 0 : -1}
        style={{ transform: `translateY(${at.top}px)` }}
      >
        <span role="gridcell" className="c-state">
          <StateIcon row={row} />
        </span>
        <span role="gridcell" className="c-time">
          <time dateTime={new Date(row.startMs).toISOString()} title={exactTime(row.startMs)}>
            {formatTime(row.startMs, now)}
          </time>
        </span>
        <span role="gridcell" className="c-name">
          {row.type === undefined ? null : <Icon name={kind.icon} label={kind.label} className={kind.hue} />}
          <a
            className="cut"
            href={`/experiments/${row.experimentId}/traces/${row.id}`}
            tabIndex={-1}
            title={row.name ?? row.id}
          >
            {row.name ?? row.id}
          </a>
        </span>
        <span role="gridcell" className="c-req cut" title={request}>
          {request === '' ? UNKNOWN : request}
        </span>
        <Response row={row} />
        <Duration row={row} scale={scale} />
        <span role="gridcell" className="num c-mini" title={tokenTitle(row)}>
          {formatTokens(row.totalTokens)}
        </span>
        <span role="gridcell" className="num c-mini">
          {formatCost(row.cost)}
        </span>
        <span role="gridcell" className="c-fb">
          <FeedbackMarks assessments={row.assessments} />
        </span>
        <span role="gridcell" className="c-ses cut" title={row.session}>
          {row.session ?? UNKNOWN}
        </span>
      </div>
    )
  },
  (before, after) =>
    before.row === after.row &&
    before.now === after.now &&
    before.at.top === after.at.top &&
    before.at.isCursor === after.at.isCursor &&
    before.at.isTabStop === after.at.isTabStop &&
    before.scale.fullMs === after.scale.fullMs &&
    before.scale.slowMs === after.scale.slowMs,
)

function StateIcon({ row }: { readonly row: TraceRow }) {
  if (row.state === 'ERROR') return <Icon name="circle-x" label="Error" className="is-error" />
  if (row.state === 'IN_PROGRESS') return <Icon name="circle-dashed" label="Running" className="is-running" />
  return null
}

function Response({ row }: { readonly row: TraceRow }) {
  const text = readablePreview(row.response, 'response')
  if (row.state === 'ERROR' || row.state === 'IN_PROGRESS') {
    const isError = row.state === 'ERROR'
    const { word, rest } = isError ? failureLine(row.error ?? text) : { word: 'Running', rest: text }
    return (
      <span role="gridcell" className={`c-res cut ${isError ? 'error' : 'running'}`} title={row.error ?? text}>
        <span className="word">{word}</span>
        {rest === '' ? null : <span className="after"> {rest}</span>}
      </span>
    )
  }
  return (
    <span role="gridcell" className="c-res cut" title={text}>
      {text === '' ? UNKNOWN : text}
    </span>
  )
}

function Duration({ row, scale }: { readonly row: TraceRow; readonly scale: DurationScale }) {
  const { durationMs } = row
  const isRunning = row.state === 'IN_PROGRESS'
  const isSlow = durationMs !== undefined && durationMs >= scale.slowMs
  const bar = durationMs === undefined ? 0 : durationBar(durationMs, scale)
  return (
    <span
      role="gridcell"
      className={`c-dur num ${isRunning ? 'running' : isSlow ? 'slow' : ''}`}
      title={exactDuration(durationMs)}
    >
      <i style={{ '--v': `${isRunning ? 68 : bar}%` }} />
      {isRunning && durationMs === undefined ? UNKNOWN : formatDuration(durationMs)}
    </span>
  )
}

function tokenTitle({ inputTokens, outputTokens }: TraceRow): string | undefined {
  if (inputTokens === undefined && outputTokens === undefined) return undefined
  return `${formatTokens(inputTokens)} in, ${formatTokens(outputTokens)} out`
}
