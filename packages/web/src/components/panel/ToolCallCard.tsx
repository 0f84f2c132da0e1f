import type { ToolCall } from '../../logic/chat/message.ts'
import { formatDuration } from '../../logic/format.ts'
import { durationMsOf, isFailed, nameOf, toolSpanFor } from '../../logic/trace-model.ts'
import { Icon } from '../Icon.tsx'
import type { ChatTabProps } from './ChatTab.tsx'
import { KeyValues } from './KeyValues.tsx'

export interface ToolCallCardProps extends ChatTabProps {
  readonly call: ToolCall
}

/** Call and result in one card, and the way to the span that ran it. */
export function ToolCallCard({ call, span, onSelectRow }: ToolCallCardProps) {
  const { model } = span
  const row = call.result === undefined ? toolSpanFor(model, span.row, call.name) : undefined
  return (
    <section className="call t-tool" aria-label={`Call of ${call.name}`}>
      <header>
        <Icon name="wrench" />
        <code className="cut">{call.name}</code>
        {row === undefined ? null : (
          <>
            <small className={isFailed(model, row) ? 'error' : undefined}>
              {isFailed(model, row) ? 'failed after ' : ''}
              {formatDuration(durationMsOf(model, row))}
            </small>
            <button
              type="button"
              className="icon-btn small"
              aria-label={`Go to span ${nameOf(model, row)}`}
              onClick={() => onSelectRow(row)}
            >
              <Icon name="arrow-up-right" />
            </button>
          </>
        )}
      </header>
      <div className="end">
        <span>call</span>
        <KeyValues value={call.arguments} />
      </div>
      {call.result === undefined ? null : (
        <div className="end">
          <span>result</span>
          <KeyValues value={call.result} />
        </div>
      )}
    </section>
  )
}
