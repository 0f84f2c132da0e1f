import { formatCount, plural } from '../logic/format.ts'
import { Icon } from './Icon.tsx'
import type { TraceListView } from './use-trace-list.ts'

export interface TableBarProps {
  readonly list: TraceListView
  readonly isFiltered: boolean
  /** Of the whole experiment. */
  readonly total: number | undefined
  readonly onShowWaiting: () => void
}

/** How many there are, exact or said not to be, and how many are waiting to come in. */
export function TableBar({ list, isFiltered, total, onShowWaiting }: TableBarProps) {
  const hasNoAnswer = list.isLoading || (list.error !== undefined && list.rows.length === 0)
  return (
    <div className="tablebar">
      <span aria-live="polite">{hasNoAnswer ? null : <Count list={list} isFiltered={isFiltered} total={total} />}</span>
      {list.waiting > 0 ? (
        <button type="button" className="newrows" onClick={onShowWaiting}>
          <Icon name="arrow-up" size="xs" />
          {formatCount(list.waiting)}
          {list.hasMoreWaiting ? '+' : ''} new
        </button>
      ) : null}
    </div>
  )
}

function Count({ list, isFiltered, total }: Omit<TableBarProps, 'onShowWaiting'>) {
  const loaded = list.rows.length
  if (!isFiltered) {
    const count = list.hasMore ? Math.max(total ?? 0, loaded) : loaded
    return (
      <>
        <b>{formatCount(count)}</b> {count === 1 ? 'trace' : 'traces'}
      </>
    )
  }
  return (
    <>
      <b>
        {list.hasMore ? '≥ ' : ''}
        {formatCount(loaded)}
      </b>{' '}
      matching{total === undefined ? '' : ` of ${plural(total, 'trace')}`}
    </>
  )
}
