import { FILTER_EXAMPLES } from '../logic/completion.ts'

export interface EmptyResultProps {
  readonly filter: string
  readonly onFilter: (filter: string) => void
}

export function EmptyResult({ filter, onFilter }: EmptyResultProps) {
  return (
    <section className="none" aria-labelledby="none-title">
      <h2 id="none-title">No trace matches</h2>
      <p>
        <code>{filter}</code>
      </p>
      <button type="button" className="btn" onClick={() => onFilter('')}>
        Show all traces
      </button>
      <h3>Filters that work</h3>
      <ul>
        {FILTER_EXAMPLES.map(([example, meaning]) => (
          <li key={example}>
            <button type="button" className="btn" onClick={() => onFilter(example)}>
              <code>{example}</code>
            </button>
            <span className="dim">{meaning}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
