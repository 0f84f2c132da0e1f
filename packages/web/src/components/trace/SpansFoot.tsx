import { sumPath } from '../../logic/critical-path.ts'
import { formatDuration } from '../../logic/format.ts'
import { spanKind } from '../../logic/span-kind.ts'
import { type TraceModel, typeOf } from '../../logic/trace-model.ts'

const HUES = { models: 't-llm', tools: 't-tool', retrieval: 't-retriever', rest: 't-chain' } as const

/** What the bars mean, and the critical path added up by kind. */
export function SpansFoot({ model }: { readonly model: TraceModel }) {
  const bySize = sumPath(model.path, (row) => spanKind(typeOf(model, row)).family)
  const sums = bySize.toSorted(([a], [b]) => Number(a === 'rest') - Number(b === 'rest'))
  return (
    <footer className="spans-foot">
      <span className="key solid">on the critical path</span>
      <span className="key tint">waiting or in parallel</span>
      <span className="grow" />
      <span className="mix" aria-hidden="true">
        {sums.map(([family, ns]) => (
          <i key={family} className={HUES[family]} style={{ flexGrow: ns }} />
        ))}
      </span>
      <span>
        {sums.map(([family, ns], index) => (
          <span key={family}>
            {index === 0 ? null : ' · '}
            {index === 0 ? <b>{`${family} ${formatDuration(ns / 1e6)}`}</b> : `${family} ${formatDuration(ns / 1e6)}`}
          </span>
        ))}
      </span>
    </footer>
  )
}
