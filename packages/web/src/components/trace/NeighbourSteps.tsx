import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { traceListQuery } from '../../api/queries.ts'
import { flattenRows } from '../../logic/trace-rows.ts'
import { Icon } from '../Icon.tsx'
import { lastFilterOf, placeOf, rememberPlace } from '../list-memory.ts'
import { useShortcuts } from '../shortcuts.ts'

export interface NeighbourStepsProps {
  readonly experimentId: string
  readonly traceId: string
}

/** To the next newer and older trace of the list the reader came from. Without such a list there is no next. */
export function NeighbourSteps({ experimentId, traceId }: NeighbourStepsProps) {
  const navigate = useNavigate()
  const filter = lastFilterOf(experimentId)
  const list = useQueryClient().getQueryData(traceListQuery({ experimentId, filter }).queryKey)
  const rows = flattenRows(list?.pages ?? [])
  const index = rows.findIndex(({ id }) => id === traceId)
  const go = (step: number) => {
    const next = index === -1 ? undefined : rows[index + step]
    if (next === undefined) return
    rememberPlace(experimentId, filter, {
      scrollTop: placeOf(experimentId, filter)?.scrollTop ?? 0,
      cursorId: next.id,
    })
    const params = { experimentId, traceId: next.id }
    void navigate({ to: '/experiments/$experimentId/traces/$traceId', params, search: {} })
  }
  useShortcuts({ k: () => go(-1), j: () => go(1) })
  if (index === -1) return null
  return (
    <span className="steps">
      <button
        type="button"
        className="icon-btn small"
        aria-label="Newer trace (K)"
        title="Newer trace (K)"
        disabled={index === 0}
        onClick={() => go(-1)}
      >
        <Icon name="chevron-up" size="m" />
      </button>
      <button
        type="button"
        className="icon-btn small"
        aria-label="Older trace (J)"
        title="Older trace (J)"
        disabled={index === rows.length - 1}
        onClick={() => go(1)}
      >
        <Icon name="chevron-down" size="m" />
      </button>
    </span>
  )
}
