import type { ToolResult } from '../../logic/chat/message.ts'
import { Icon } from '../Icon.tsx'
import { KeyValues } from './KeyValues.tsx'

/** A result whose call is not in the conversation. */
export function ToolResultCard({ result }: { readonly result: ToolResult }) {
  return (
    <section className="call t-tool" aria-label={`Result of ${result.name ?? 'a tool'}`}>
      <header>
        <Icon name="wrench" />
        <code className="cut">{result.name ?? result.id ?? 'tool'}</code>
      </header>
      <div className="end">
        <span>result</span>
        <KeyValues value={result.content} />
      </div>
    </section>
  )
}
