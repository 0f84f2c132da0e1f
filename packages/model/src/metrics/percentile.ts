/**
 * Where a percentile stands among `count` sorted values: between two of them, `share` of the way from the lower to the
 * upper. MLflow's rule on SQLite, PostgreSQL's `percentile_cont`.
 *
 * @param percentile 0 to 100
 * @param count at least 1
 */
export function percentilePlace(percentile: number, count: number): { lower: number; upper: number; share: number } {
  const place = (percentile / 100) * (count - 1)
  const lower = Math.floor(place)
  return { lower, upper: Math.ceil(place), share: place - lower }
}

/** The value of a percentile between the values at its place. */
export function interpolate(lower: number, upper: number, share: number): number {
  return lower + (upper - lower) * share
}
