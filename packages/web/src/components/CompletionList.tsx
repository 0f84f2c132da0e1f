import type { Completion } from '../logic/completion.ts'

export interface CompletionListProps {
  readonly id: string
  readonly completion: Completion
  readonly active: number
  readonly onChoose: (index: number) => void
}

export function CompletionList({ id, completion, active, onChoose }: CompletionListProps) {
  return (
    <div className="completion menu">
      <p aria-hidden="true">{completion.title}</p>
      <div role="listbox" id={id} aria-label={completion.title}>
        {completion.options.map(({ insert, note }, index) => (
          <div
            key={insert}
            role="option"
            id={optionId(id, index)}
            className="option"
            aria-selected={index === active}
            // Before the box loses the focus, which would close the list.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onChoose(index)}
          >
            <span className="cut">{insert}</span>
            {note === undefined ? null : <span className="num">{note}</span>}
          </div>
        ))}
      </div>
      <footer aria-hidden="true">
        <span>
          <kbd>↑↓</kbd>choose
        </span>
        <span>
          <kbd>↵</kbd>add, or search
        </span>
        <span>
          <kbd>Esc</kbd>close
        </span>
      </footer>
    </div>
  )
}

export function optionId(listId: string, index: number): string {
  return `${listId}-${index}`
}
