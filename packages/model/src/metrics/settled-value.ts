import type { Measure } from './metric-views.ts'

/**
 * A value as it is answered. Costs are whole 10⁻¹² dollars, like those of a trace (`addCost`), so that they carry no float
 * noise and do not depend on the order in which they were added.
 */
export function settledValue({ metric }: Measure, value: number): number {
  return metric === 'input_cost' || metric === 'output_cost' || metric === 'total_cost'
    ? Number(value.toFixed(DIGITS))
    : value
}

const DIGITS = 12
