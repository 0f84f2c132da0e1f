/** CPU time this process used while `work` ran, microseconds. */
export async function cpuMicroseconds(work: () => void | Promise<void>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

/** Wall-clock time while `work` ran, milliseconds. */
export async function wallMs(work: () => void | Promise<void>): Promise<number> {
  const before = performance.now()
  await work()
  return performance.now() - before
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** `0.07`, `1.83`, `21.4`, `104`, `12,300`: enough figures to compare, none to admire. */
export function figure(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-US')
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
