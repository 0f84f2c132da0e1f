import { type TraceHeader, TraceMetadataKey, type TraceRow } from '@clew/model'
import { Link } from '@tanstack/react-router'
import { quoteValue } from '../../logic/completion.ts'
import {
  exactDuration,
  exactTime,
  formatAge,
  formatCost,
  formatDuration,
  formatTime,
  formatTokens,
  shortTraceId,
} from '../../logic/format.ts'
import { isSilent, lastNewsNs } from '../../logic/liveness.ts'
import { spanKind } from '../../logic/span-kind.ts'
import { type TraceModel, typeOf } from '../../logic/trace-model.ts'
import { CopyButton } from '../CopyButton.tsx'
import { Icon } from '../Icon.tsx'
import { lastFilterOf } from '../list-memory.ts'
import { useNow } from '../use-now.ts'
import { NeighbourSteps } from './NeighbourSteps.tsx'

/** Tags shown; the rest are counted, and all are in the attributes of the trace. */
const TAGS_SHOWN = 3

export interface TraceHeadProps {
  /** The list's row at first, the whole header once it is there. */
  readonly trace: TraceRow | TraceHeader
  /** Once the spans are there. */
  readonly model: TraceModel | undefined
}

/** The trace's own facts, which never scroll away. */
export function TraceHead({ trace, model }: TraceHeadProps) {
  const now = useNow()
  const root = model?.tree.rowAt[0]
  const type = trace.type ?? (model && root !== undefined ? typeOf(model, root) : undefined)
  const kind = spanKind(type)
  const filter = lastFilterOf(trace.experimentId)
  return (
    <header className="trace-head">
      <Link
        className="icon-btn narrow-only"
        aria-label="All traces"
        to="/experiments/$experimentId/traces"
        params={{ experimentId: trace.experimentId }}
        search={filter === '' ? {} : { q: filter }}
      >
        <Icon name="chevron-left" size="m" />
      </Link>
      <NeighbourSteps experimentId={trace.experimentId} traceId={trace.id} />
      <div className="trace-id">
        <h1>
          {type === undefined ? null : <Icon name={kind.icon} size="m" label={kind.label} className={kind.hue} />}
          <span className="cut" title={trace.name}>
            {trace.name ?? shortTraceId(trace.id)}
          </span>
          <StateBadge state={trace.state} />
          {trace.state === 'IN_PROGRESS' && model !== undefined ? <Silence model={model} now={now} /> : null}
        </h1>
        <p>
          <code title={trace.id}>{shortTraceId(trace.id)}</code>
          <CopyButton text={trace.id} label="Copy trace id" className="faint copy-id" />
          <span className="faint" aria-hidden="true">
            ·
          </span>
          <time dateTime={new Date(trace.startMs).toISOString()} title={exactTime(trace.startMs)}>
            {formatTime(trace.startMs, now)}, {formatAge(trace.startMs, now)}
          </time>
        </p>
      </div>
      <Facts trace={trace} soFarMs={model && model.wholeNs / 1e6} now={now} />
      <span className="grow" />
      <CopyButton text={() => location.href} label="Copy link" icon="link-2" className="icon-btn" />
    </header>
  )
}

function StateBadge({ state }: Pick<TraceRow, 'state'>) {
  if (state === 'ERROR') {
    return (
      <span className="badge error">
        <Icon name="circle-x" size="xs" />
        Error
      </span>
    )
  }
  if (state !== 'IN_PROGRESS') return null
  return (
    <span className="badge running">
      <span className="pulse" aria-hidden="true" />
      Running
    </span>
  )
}

/** Says of a trace that never ended when it was last heard of. */
function Silence({ model, now }: { readonly model: TraceModel; readonly now: number }) {
  if (!isSilent(model.skeleton, now * 1e6)) return null
  return <small className="silence">last heard of {formatAge(lastNewsNs(model.skeleton) / 1e6, now)}</small>
}

interface FactsProps {
  readonly trace: TraceRow
  /** What the spans of a running trace add up to. */
  readonly soFarMs: number | undefined
  readonly now: number
}

function Facts({ trace, soFarMs, now }: FactsProps) {
  const isRunning = trace.state === 'IN_PROGRESS'
  const durationMs = isRunning ? (soFarMs ?? trace.durationMs ?? Math.max(0, now - trace.startMs)) : trace.durationMs
  return (
    <dl className="facts">
      <div>
        <dt>Duration</dt>
        <dd title={exactDuration(durationMs)}>
          {formatDuration(durationMs)} {isRunning ? <small>so far</small> : null}
        </dd>
      </div>
      <div>
        <dt>Tokens</dt>
        <dd>
          {formatTokens(trace.totalTokens)}{' '}
          {trace.inputTokens === undefined && trace.outputTokens === undefined ? null : (
            <small>
              {formatTokens(trace.inputTokens)} in · {formatTokens(trace.outputTokens)} out
            </small>
          )}
        </dd>
      </div>
      <div>
        <dt>Cost</dt>
        <dd>{formatCost(trace.cost)}</dd>
      </div>
      {trace.session === undefined ? null : (
        <div>
          <dt>Session</dt>
          <dd>
            <MetadataLink trace={trace} metadataKey={TraceMetadataKey.session} value={trace.session} />
          </dd>
        </div>
      )}
      {trace.user === undefined ? null : (
        <div className="roomy">
          <dt>User</dt>
          <dd>
            <MetadataLink trace={trace} metadataKey={TraceMetadataKey.user} value={trace.user} />
          </dd>
        </div>
      )}
      <Tags tags={trace.tags} />
    </dl>
  )
}

interface MetadataLinkProps {
  readonly trace: TraceRow
  readonly metadataKey: string
  readonly value: string
}

/** Leads to the traces that share the value. */
function MetadataLink({ trace, metadataKey, value }: MetadataLinkProps) {
  return (
    <Link
      className="mono cut fact-link"
      title={`All traces of ${value}`}
      to="/experiments/$experimentId/traces"
      params={{ experimentId: trace.experimentId }}
      search={{ q: `metadata.\`${metadataKey}\` = ${quoteValue(value)}` }}
    >
      {value}
    </Link>
  )
}

function Tags({ tags }: Pick<TraceRow, 'tags'>) {
  if (tags.length === 0) return null
  const rest = tags.slice(TAGS_SHOWN)
  return (
    <div className="roomy">
      <dt>Tags</dt>
      <dd className="chips">
        {tags.slice(0, TAGS_SHOWN).map(([key, value]) => (
          <span key={key} className="badge tag" title={`${key}: ${value}`}>
            {key} <b className="cut">{value}</b>
          </span>
        ))}
        {rest.length === 0 ? null : (
          <span className="faint" title={rest.map(([key, value]) => `${key}: ${value}`).join('\n')}>
            +{rest.length}
          </span>
        )}
      </dd>
    </div>
  )
}
