const WIDTHS = [
  [90, 70, 82, 64],
  [90, 52, 60, 88],
  [90, 64, 91, 40],
  [90, 80, 48, 72],
] as const

export interface SkeletonRowsProps {
  readonly count: number
  /** Offset of the first row, px. */
  readonly top?: number
}

/** Rows of their final height, empty. */
export function SkeletonRows({ count, top = 0 }: SkeletonRowsProps) {
  return (
    <div aria-hidden="true" className="skeleton-rows" style={{ top }}>
      {Array.from({ length: count }, (_, index) => {
        const [time, name, request, response] = WIDTHS[index % WIDTHS.length]!
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity.
          <div key={index} className="tr skeleton">
            <span className="c-state" />
            <span className="c-time">
              <Bar percent={time} />
            </span>
            <span className="c-name">
              <Bar percent={name} />
            </span>
            <span className="c-req">
              <Bar percent={request} />
            </span>
            <span className="c-res">
              <Bar percent={response} />
            </span>
            <span className="num">
              <Bar percent={50} />
            </span>
            <span className="num">
              <Bar percent={80} />
            </span>
            <span className="num">
              <Bar percent={80} />
            </span>
          </div>
        )
      })}
    </div>
  )
}

function Bar({ percent }: { readonly percent: number }) {
  return <i style={{ '--v': `${percent}%` }} />
}
