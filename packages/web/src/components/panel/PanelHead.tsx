import { SpanKey, type SpanPayload } from '@clew/model'
import { exactDuration, formatCost, formatDuration, formatTokens, plural } from '../../logic/format.ts'
import { attributeValue } from '../../logic/payload.ts'
import { spanKind } from '../../logic/span-kind.ts'
import { durationMsOf, isFailed, isRunning, modelOf, nameOf, type TraceModel, typeOf } from '../../logic/trace-model.ts'
import { CopyButton } from '../CopyButton.tsx'
import { Icon } from '../Icon.tsx'

export interface PanelHeadProps {
  readonly model: TraceModel
  readonly row: number
  readonly payload: SpanPayload | undefined
  readonly onClose: () => void
}

export function PanelHead({ model, row, payload, onClose }: PanelHeadProps) {
  const kind = spanKind(typeOf(model, row))
  const provider = payload && attributeValue(payload, SpanKey.provider)
  const sub = [modelOf(model, row), typeof provider === 'string' ? provider : undefined].filter(
    (text) => text !== undefined,
  )
  return (
    <div className="panel-head">
      <div>
        <Icon name={kind.icon} size="m" label={kind.label} className={`type ${kind.hue}`} />
        <h2 className="cut" title={nameOf(model, row)}>
          {nameOf(model, row)}
        </h2>
        {isFailed(model, row) ? (
          <span className="badge error">
            <Icon name="circle-x" size="xs" />
            Error
          </span>
        ) : isRunning(model, row) ? (
          <span className="badge running">Running</span>
        ) : null}
        <span className="sub cut">{sub.join(' · ')}</span>
        <span className="grow" />
        <CopyButton text={() => spanLink(model, row)} label="Copy link to span" icon="link-2" />
        <button type="button" className="icon-btn small" aria-label="Close panel" onClick={onClose}>
          <Icon name="x" />
        </button>
      </div>
      <Measures model={model} row={row} />
    </div>
  )
}

function Measures({ model, row }: Pick<PanelHeadProps, 'model' | 'row'>) {
  const { skeleton, tree, path } = model
  const position = tree.positionOf[row]!
  const inside = tree.end[position]! - position - 1
  const [input, output, cost] = [skeleton.inputTokens[row]!, skeleton.outputTokens[row]!, skeleton.cost[row]!]
  const onPath = path.totalOf[row]! / 1e6
  return (
    <dl className="measures">
      <div>
        <dt>Start</dt>
        <dd title={exactDuration(skeleton.start[row]! / 1e6)}>+{formatDuration(skeleton.start[row]! / 1e6)}</dd>
      </div>
      <div>
        <dt>Duration</dt>
        <dd title={exactDuration(durationMsOf(model, row))}>{formatDuration(durationMsOf(model, row))}</dd>
      </div>
      <div>
        <dt>On the path</dt>
        <dd title={exactDuration(onPath)}>{onPath === 0 ? '–' : formatDuration(onPath)}</dd>
      </div>
      {input < 0 && output < 0 ? (
        <div>
          <dt>Inside</dt>
          <dd>{plural(inside, 'span')}</dd>
        </div>
      ) : (
        <div>
          <dt>Tokens</dt>
          <dd>
            {formatTokens(input < 0 ? undefined : input)} <small>in</small>{' '}
            {formatTokens(output < 0 ? undefined : output)} <small>out</small>
          </dd>
        </div>
      )}
      <div>
        <dt>Cost</dt>
        <dd>{formatCost(cost < 0 ? undefined : cost)}</dd>
      </div>
    </dl>
  )
}

function spanLink({ skeleton }: TraceModel, row: number): string {
  const url = new URL(location.href)
  url.searchParams.set('span', skeleton.spanId[row]!)
  return url.href
}
