import { useMemo } from 'react'
import { renderMarkdown } from './render-markdown.ts'

/** What a model wrote, formatted. The markup is sanitised in `render-markdown.ts`. */
export function Markdown({ text }: { readonly text: string }) {
  const html = useMemo(() => renderMarkdown(text), [text])
  // biome-ignore lint/security/noDangerouslySetInnerHtml: sanitised in render-markdown.ts.
  return <div className="text markdown" dangerouslySetInnerHTML={{ __html: html }} />
}
