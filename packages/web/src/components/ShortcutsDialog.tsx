import type { Ref } from 'react'
import { Icon } from './Icon.tsx'

const GROUPS: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    'Anywhere',
    [
      ['?', 'This list'],
      ['/', 'Filter traces, find a span'],
      ['Esc', 'Close, clear, back to the list'],
    ],
  ],
  [
    'Traces',
    [
      ['J K ↓ ↑', 'Next and previous row'],
      ['Home End', 'First and last row'],
      ['Enter', 'Open the trace'],
    ],
  ],
  [
    'Spans',
    [
      ['↓ ↑', 'Next and previous span'],
      ['→ ←', 'Open, close, to the child, to the parent'],
      ['[ ]', 'Close all, open all'],
      ['E Shift+E', 'Next and previous error'],
      ['N Shift+N', 'Next and previous match'],
      ['I', 'Critical path'],
      ['F 0', 'Zoom to the span, show all'],
      ['J K', 'Older and newer trace'],
      ['Enter', 'Into the span’s panel'],
    ],
  ],
]

export function ShortcutsDialog({ ref }: { readonly ref: Ref<HTMLDialogElement> }) {
  return (
    <dialog ref={ref} className="dialog" aria-labelledby="shortcuts-title">
      <form method="dialog">
        <header>
          <h2 id="shortcuts-title">Keyboard shortcuts</h2>
          <button type="submit" className="icon-btn small" aria-label="Close">
            <Icon name="x" />
          </button>
        </header>
        <div className="shortcut-groups">
          {GROUPS.map(([title, keys]) => (
            <section key={title}>
              <h3>{title}</h3>
              <dl>
                {keys.map(([key, meaning]) => (
                  <div key={key}>
                    <dt>
                      {key.split(' ').map((one) => (
                        <kbd key={one}>{one}</kbd>
                      ))}
                    </dt>
                    <dd>{meaning}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </form>
    </dialog>
  )
}
