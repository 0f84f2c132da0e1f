/** One thing to measure, named as it stands in the table. */
export interface Contender {
  readonly name: string
  /** Does the work `times` times. What it returns is awaited; the wait counts. */
  run(times: number): void | Promise<void>
}

export interface Measurement {
  readonly name: string
  /** CPU time of this process per repetition, microseconds; the median of the rounds. */
  readonly cpuMicroseconds: number
}

/**
 * CPU time per repetition of each contender, in rounds that alternate between them, so that a machine that becomes
 * slower half-way slows all alike. The first round warms up and is thrown away.
 */
export async function measureCpu(
  contenders: readonly Contender[],
  { rounds, times }: { readonly rounds: number; readonly times: number },
): Promise<Measurement[]> {
  const samples = new Map<string, number[]>(contenders.map(({ name }) => [name, []]))
  for (let round = 0; round <= rounds; round++) {
    for (const { name, run } of contenders) {
      globalThis.gc?.()
      const before = process.cpuUsage()
      await run(times)
      const { user, system } = process.cpuUsage(before)
      if (round > 0) samples.get(name)!.push((user + system) / times)
    }
  }
  return contenders.map(({ name }) => ({ name, cpuMicroseconds: median(samples.get(name)!) }))
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** `1.83`, `0.07`, `104`: three significant figures at most, no exponent. */
export function figure(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-US')
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
