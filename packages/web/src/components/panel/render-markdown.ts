import createPurifier from 'dompurify'
import { Marked } from 'marked'

/**
 * HTML is text here: the tags of a prompt (`<context>`) are part of what was said, and would vanish if they were taken
 * for markup.
 */
const markdown = new Marked({
  gfm: true,
  breaks: true,
  async: false,
  tokenizer: { html: () => undefined, tag: () => undefined },
})

/** An instance of its own, so that its rules bind nobody else. */
const purifier = createPurifier(window)

const FORBIDDEN = [
  'style',
  'form',
  'input',
  'button',
  'textarea',
  'select',
  'iframe',
  'video',
  'audio',
  'source',
  'svg',
  'math',
]

/**
 * A trace's texts are anybody's. Nothing is loaded for them: an image keeps its place only if it is in the text itself
 * (a data URL), else it becomes a link; links open apart and tell nothing of where they were.
 */
purifier.addHook('afterSanitizeAttributes', (node) => {
  if (node instanceof HTMLImageElement && !/^data:image\/(?:png|jpeg|gif|webp);/.test(node.getAttribute('src') ?? '')) {
    const link = document.createElement('a')
    link.textContent = `image: ${node.alt || node.getAttribute('src') || ''}`
    const source = node.getAttribute('src') ?? ''
    if (/^https?:/.test(source)) link.href = source
    makeOutward(link)
    node.replaceWith(link)
  } else if (node instanceof HTMLAnchorElement) makeOutward(node)
})

export function renderMarkdown(text: string): string {
  const html = markdown.parse(text)
  return purifier.sanitize(typeof html === 'string' ? html : '', {
    FORBID_TAGS: FORBIDDEN,
    FORBID_ATTR: ['style', 'class', 'id', 'srcset', 'background'],
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
  })
}

function makeOutward(link: HTMLAnchorElement): void {
  link.target = '_blank'
  link.rel = 'noopener noreferrer'
}
