const ROWS = [
  { level: 0, percent: 40 },
  { level: 1, percent: 52 },
  { level: 1, percent: 34 },
  { level: 2, percent: 46 },
  { level: 2, percent: 30 },
  { level: 1, percent: 58 },
  { level: 1, percent: 42 },
  { level: 2, percent: 38 },
] as const

/** Span rows of their final height, empty. */
export function SpanSkeletonRows() {
  return (
    <div className="span-skeletons" aria-hidden="true">
      {ROWS.map(({ level, percent }) => (
        <div key={`${level} ${percent}`} className="skeleton" style={{ paddingLeft: 32 + level * 14 }}>
          <i style={{ '--v': `${percent / 2}%` }} />
        </div>
      ))}
    </div>
  )
}
