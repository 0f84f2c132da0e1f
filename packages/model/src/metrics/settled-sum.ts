import type { Measure } from './metric-views.ts'

/**
 * A sum as it is answered, and as averages are made of it. Sums of costs are whole 10⁻¹² dollars, like those of a trace
 * (`addCost`), so that they carry no float noise and do not depend on the order in which they were added.
 */
export function settledSum({ metric }: Measure, sum: number): number {
  return COSTS.has(metric) ? Number(sum.toFixed(DIGITS)) : sum
}

const COSTS: ReadonlySet<string> = new Set(['input_cost', 'output_cost', 'total_cost'])
const DIGITS = 12
