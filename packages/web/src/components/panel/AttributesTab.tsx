import type { PayloadValue, SpanPayload } from '@clew/model'
import { useMemo } from 'react'
import { formatSize, shortTraceId } from '../../logic/format.ts'
import { readPayloadValue } from '../../logic/payload.ts'
import { CopyButton } from '../CopyButton.tsx'
import { JsonView } from './JsonView.tsx'

const RESERVED = 'mlflow.'

export interface AttributesTabProps {
  readonly payload: SpanPayload
  readonly onShowAll: () => void
}

/** The application's attributes first, MLflow's reserved ones after; ids and links at the end. */
export function AttributesTab({ payload, onShowAll }: AttributesTabProps) {
  const own = payload.attributes.filter(([key]) => !key.startsWith(RESERVED))
  const reserved = payload.attributes.filter(([key]) => key.startsWith(RESERVED))
  return (
    <>
      {own.length === 0 ? null : <AttributeList title="Attributes" attributes={own} onShowAll={onShowAll} />}
      {reserved.length === 0 ? null : <AttributeList title="MLflow" attributes={reserved} onShowAll={onShowAll} />}
      <section className="section">
        <h3>
          <span className="grow">Identity</span>
        </h3>
        <dl className="attributes">
          <Id name="span id" id={payload.spanId} />
          {payload.parentSpanId === undefined ? null : <Id name="parent span id" id={payload.parentSpanId} />}
          <Id name="trace id" id={payload.traceId} />
          <Id name="start, ns" id={payload.startNs} />
          {payload.endNs === undefined ? null : <Id name="end, ns" id={payload.endNs} />}
          {payload.links.map(({ traceId, spanId }) => (
            <div key={`${traceId} ${spanId}`}>
              <dt>link</dt>
              <dd>
                <a className="link" href={`/traces/${traceId}?span=${spanId}`}>
                  {shortTraceId(traceId)} / {spanId}
                </a>
              </dd>
            </div>
          ))}
        </dl>
      </section>
    </>
  )
}

interface AttributeListProps {
  readonly title: string
  readonly attributes: SpanPayload['attributes']
  readonly onShowAll: () => void
}

function AttributeList({ title, attributes, onShowAll }: AttributeListProps) {
  return (
    <section className="section first-section">
      <h3>
        <span className="grow">{title}</span>
      </h3>
      <dl className="attributes">
        {attributes.map(([key, value]) => (
          <div key={key}>
            <dt title={key}>{key}</dt>
            <dd>
              <AttributeValue value={value} onShowAll={onShowAll} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function AttributeValue({ value, onShowAll }: { readonly value: PayloadValue; readonly onShowAll: () => void }) {
  const read = useMemo(() => readPayloadValue(value), [value])
  if (read.value === undefined) {
    return (
      <>
        <code className="wrap">{read.json.slice(0, 2_000)}</code>
        {read.isCut ? (
          <button type="button" className="more" onClick={onShowAll}>
            Show all {formatSize(read.size)}
          </button>
        ) : null}
      </>
    )
  }
  return <JsonView value={read.value} />
}

function Id({ name, id }: { readonly name: string; readonly id: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="with-copy">
        <code className="wrap">{id}</code>
        <CopyButton text={id} label={`Copy ${name}`} />
      </dd>
    </div>
  )
}
