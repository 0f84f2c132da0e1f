import { TraceMetadataKey, TraceTagKey } from '../keys.ts'
import type { TraceInfo } from '../trace.ts'
import type { Order, OrderField } from './ast.ts'
import { numericAttribute } from './evaluate.ts'

/** What a trace is sorted by: one value per order, then request time and trace id, which decide all ties. */
export type SortKey = readonly (string | number | undefined)[]

export function sortKeyOf(info: TraceInfo, orders: readonly Order[]): SortKey {
  return [...orders.map((order) => sortValue(info, order.field)), info.requestTimeMs, info.traceId]
}

/**
 * The order of traces in a list: as asked, then newest first, then by trace id. Absent values come last in both
 * directions, texts go by code point.
 */
export function compareSortKeys(orders: readonly Order[]): (a: SortKey, b: SortKey) => number {
  const directions = [...orders.map((order) => order.direction), 'desc', 'asc']
  return (a, b) => {
    for (const [index, direction] of directions.entries()) {
      const left = a[index]
      const right = b[index]
      if (left === right) continue
      if (left === undefined) return 1
      if (right === undefined) return -1
      const difference =
        typeof left === 'number' && typeof right === 'number' ? left - right : compareTexts(String(left), String(right))
      if (difference !== 0) return direction === 'asc' ? difference : -difference
    }
    return 0
  }
}

/** By code point, as databases that keep UTF-8 do; JavaScript's `<` goes by UTF-16 unit. */
export function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const difference = rankOf(a.charCodeAt(at)) - rankOf(b.charCodeAt(at))
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Puts surrogates, which stand for the highest code points, above all other units. */
function rankOf(unit: number): number {
  if (unit < 0xd800) return unit
  return unit <= 0xdfff ? unit + 0x2000 : unit - 0x0800
}

function sortValue(info: TraceInfo, field: OrderField): string | number | undefined {
  if (field.entity !== 'attribute') {
    return field.entity === 'tag' ? info.tags.get(field.key) : info.traceMetadata.get(field.key)
  }
  switch (field.name) {
    case 'status':
      return info.state
    case 'request_id':
      return info.traceId
    case 'experiment_id':
      return Number(info.experimentId)
    case 'name':
      return info.tags.get(TraceTagKey.name)
    case 'run_id':
      return info.traceMetadata.get(TraceMetadataKey.sourceRun)
    default:
      return numericAttribute(info, field.name)
  }
}
