/** The part of a trace that the lane shows, in nanoseconds after the skeleton's origin. */
export interface TimeWindow {
  readonly from: number
  readonly to: number
}

/** A mark on the scale: where, in per cent of the lane, and what it says. */
export interface Tick {
  readonly percent: number
  readonly label: string
}

/** A bar in per cent of the lane, cut to it. `side` says where a span lies that is out of the window. */
export type BarPlace =
  | { readonly type: 'bar'; readonly left: number; readonly width: number }
  | { readonly type: 'outside'; readonly side: 'before' | 'after'; readonly distanceNs: number }

/** Marks at 1, 2 or 5 times a power of ten, at most `most` of them, none so near the window's end as to hide its own. */
export function timeTicks(window: TimeWindow, most: number): readonly Tick[] {
  const span = window.to - window.from
  if (!(span > 0)) return [{ percent: 0, label: '0' }]
  const step = roundStep(span / Math.max(1, most))
  const lastRoom = (span / Math.max(1, most)) * 1.5
  const ticks: Tick[] = []
  for (let at = Math.ceil(window.from / step) * step; at <= window.to - lastRoom; at += step) {
    ticks.push({ percent: ((at - window.from) / span) * 100, label: tickLabel(at, step) })
  }
  return ticks
}

/** Above a minute the steps are those of a clock. */
function roundStep(ns: number): number {
  const seconds = [60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 86_400]
  if (ns > 30e9) return (seconds.find((step) => step * 1e9 >= ns) ?? Math.ceil(ns / 86_400e9) * 86_400) * 1e9
  const power = 10 ** Math.floor(Math.log10(ns))
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= ns) ?? 10
  return factor * power === 50e9 ? 60e9 : factor * power
}

/** In the unit of the step, so that the marks of one scale read alike: `0`, `200 ms`, `1.5 s`, `1 m 20 s`, `2 m`. */
function tickLabel(ns: number, stepNs: number): string {
  if (ns === 0) return '0'
  if (stepNs >= 60e9) return `${Math.round(ns / 60e9)} m`
  if (stepNs >= 1e9 && ns >= 60e9) return clockLabel(Math.round(ns / 1e9))
  if (stepNs >= 100e6 && ns >= 1e9) return `${trim(ns / 1e9, stepNs / 1e9)} s`
  if (stepNs >= 1e6 || ns >= 1e6) return `${trim(ns / 1e6, stepNs / 1e6)} ms`
  return `${trim(ns / 1e3, stepNs / 1e3)} µs`
}

function clockLabel(seconds: number): string {
  return `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, '0')} s`
}

function trim(value: number, step: number): string {
  const decimals = step >= 1 ? 0 : Math.min(3, Math.ceil(-Math.log10(step)))
  return value
    .toFixed(decimals)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
}

export function placeBar(start: number, end: number, window: TimeWindow): BarPlace {
  const span = Math.max(window.to - window.from, 1)
  if (end < window.from) return { type: 'outside', side: 'before', distanceNs: window.from - end }
  if (start > window.to) return { type: 'outside', side: 'after', distanceNs: start - window.to }
  const left = (Math.max(start, window.from) - window.from) / span
  const right = (Math.min(end, window.to) - window.from) / span
  return { type: 'bar', left: round(left * 100), width: round((right - left) * 100) }
}

/** At least this share of the whole trace stays in the window. */
const SMALLEST_WINDOW = 1e-5

/** A window inside the whole, the right way round and not too small to grab. */
export function clampWindow(window: TimeWindow, wholeNs: number): TimeWindow {
  const from = Math.min(window.from, window.to)
  const to = Math.max(window.from, window.to)
  const least = Math.max(wholeNs * SMALLEST_WINDOW, 1)
  const clampedFrom = Math.max(0, Math.min(from, wholeNs - least))
  return { from: clampedFrom, to: Math.min(wholeNs, Math.max(to, clampedFrom + least)) }
}

function round(percent: number): number {
  return Math.round(percent * 1_000) / 1_000
}
