import { type JsonValue, writeJson } from '@clew/model'
import { useState } from 'react'
import { isObject } from '../../logic/chat/message.ts'
import { formatCount } from '../../logic/format.ts'

/** Characters of one value, and keys of one object, before they fold. */
const VALUE_SHOWN = 400
const KEYS_SHOWN = 12

/** An object as keys and values; anything else as one value. */
export function KeyValues({ value }: { readonly value: JsonValue }) {
  const [isWhole, setIsWhole] = useState(false)
  if (!isObject(value)) {
    return (
      <div className="kv">
        <Value value={value} />
      </div>
    )
  }
  const entries = Object.entries(value)
  if (entries.length === 0) return <span className="faint">nothing</span>
  const shown = isWhole ? entries : entries.slice(0, KEYS_SHOWN)
  return (
    <div>
      <dl className="kv">
        {shown.map(([key, item]) => (
          <div key={key} className="kv-row">
            <dt>{key}</dt>
            <dd>
              <Value value={item} />
            </dd>
          </div>
        ))}
      </dl>
      {shown.length < entries.length ? (
        <button type="button" className="more" onClick={() => setIsWhole(true)}>
          {entries.length - shown.length} more keys
        </button>
      ) : null}
    </div>
  )
}

function Value({ value }: { readonly value: JsonValue }) {
  const [isWhole, setIsWhole] = useState(false)
  const text = writeJson(value)
  const isCut = text.length > VALUE_SHOWN && !isWhole
  const kind =
    typeof value === 'string' ? 'v-s' : typeof value === 'number' || typeof value === 'bigint' ? 'v-n' : 'v-p'
  return (
    <>
      <span className={kind}>{isCut ? `${text.slice(0, VALUE_SHOWN)}…` : text}</span>
      {isCut ? (
        <button type="button" className="more" onClick={() => setIsWhole(true)}>
          {formatCount(text.length - VALUE_SHOWN)} more characters
        </button>
      ) : null}
    </>
  )
}
