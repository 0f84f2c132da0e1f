import { useMemo } from 'react'
import { renderMarkdown } from './render-markdown.ts'

/** What a model wrote, formatted. The markup is sanitised in `render-markdown.ts`. */
export function Markdown({ text }: { readonly text: string }) {
  const html = useMemo(() => renderMarkdown(text), [text])
  return <div className="text markdown" dangerouslySetInnerHTML={{ __html: html }} />
}
