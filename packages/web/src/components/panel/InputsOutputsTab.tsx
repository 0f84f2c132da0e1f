import type { JsonValue } from '@clew/model'
import { useState } from 'react'
import { formatSize } from '../../logic/format.ts'
import type { ReadValue, SpanContents } from '../../logic/payload.ts'
import { CopyButton } from '../CopyButton.tsx'
import { JsonView } from './JsonView.tsx'
import { Markdown } from './Markdown.tsx'

/** Characters of stored text shown as they are; a browser lays out more only slowly. */
const TEXT_SHOWN = 200_000

export interface InputsOutputsTabProps {
  readonly contents: SpanContents
  readonly onShowAll: () => void
}

export function InputsOutputsTab({ contents, onShowAll }: InputsOutputsTabProps) {
  return (
    <>
      {contents.inputs ? <Field title="Inputs" read={contents.inputs} onShowAll={onShowAll} /> : null}
      {contents.outputs ? <Field title="Outputs" read={contents.outputs} onShowAll={onShowAll} /> : null}
    </>
  )
}

interface FieldProps {
  readonly title: string
  readonly read: ReadValue
  readonly onShowAll: () => void
}

type Format = 'JSON' | 'Markdown' | 'Text' | 'Raw'

function Field({ title, read, onShowAll }: FieldProps) {
  const { value, json, size, isCut } = read
  const formats = formatsOf(value)
  const [chosen, setChosen] = useState<Format>()
  const format = chosen !== undefined && formats.includes(chosen) ? chosen : formats[0]!
  return (
    <section className="field" aria-label={title}>
      <header>
        <h3>{title}</h3>
        <small>{formatSize(size)}</small>
        <span className="grow" />
        {formats.length === 1 ? null : (
          <div className="segmented" role="group" aria-label={`Format of ${title.toLowerCase()}`}>
            {formats.map((each) => (
              <button key={each} type="button" aria-pressed={each === format} onClick={() => setChosen(each)}>
                {each}
              </button>
            ))}
          </div>
        )}
        <CopyButton
          text={typeof value === 'string' ? value : json}
          label={`Copy ${isCut ? 'the part shown of ' : ''}${title.toLowerCase()}`}
        />
      </header>
      {isCut ? (
        <div className="banner note">
          <span className="grow">
            Showing {formatSize(json.length)} of {formatSize(size)}.
          </span>
          <button type="button" className="btn" onClick={onShowAll}>
            Show all
          </button>
        </div>
      ) : null}
      {format === 'JSON' && value !== undefined ? <JsonView value={value} /> : null}
      {format === 'Text' && typeof value === 'string' ? <LongText className="plain" text={value} /> : null}
      {format === 'Markdown' && typeof value === 'string' ? (
        <div className="plain-markdown">
          <Markdown text={value} />
        </div>
      ) : null}
      {format === 'Raw' ? <LongText className="raw" text={json} /> : null}
    </section>
  )
}

/** The first one is how a value opens. */
function formatsOf(value: JsonValue | undefined): readonly Format[] {
  if (value === undefined) return ['Raw']
  if (typeof value !== 'string') return ['JSON', 'Raw']
  return looksLikeMarkdown(value) && value.length < TEXT_SHOWN ? ['Markdown', 'Text', 'Raw'] : ['Text', 'Raw']
}

function looksLikeMarkdown(text: string): boolean {
  return /^#{1,4} \S|^\s*[-*] \S|^\d+\. \S|^```|\*\*\S|\|\s*:?---/m.test(text)
}

function LongText({ text, className }: { readonly text: string; readonly className: string }) {
  const [shown, setShown] = useState(TEXT_SHOWN)
  return (
    <pre className={className}>
      {text.slice(0, shown)}
      {text.length > shown ? (
        <button type="button" className="more" onClick={() => setShown(shown + TEXT_SHOWN)}>
          {formatSize(text.length - shown)} more
        </button>
      ) : null}
    </pre>
  )
}
