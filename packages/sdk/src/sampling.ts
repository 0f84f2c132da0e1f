import { sayOnce } from './notices.ts'

/**
 * Whether a trace is among the given share of all traces. Decided by its id, as MLflow's Python client (OpenTelemetry's
 * `TraceIdRatioBased`) does, so that processes with the same ratio decide alike, and a trace that a small ratio takes is
 * taken by any larger one.
 *
 * @param traceDigits 32 hex digits
 * @param ratio 0 to 1
 */
export function isInSample(traceDigits: string, ratio: number): boolean {
  // The upper 52 of the lower 64 bits: as many as a number holds exactly.
  return ratio >= 1 || Number.parseInt(traceDigits.slice(16, 29), 16) < ratio * 2 ** 52
}

/** The ratio given to a function or scope; `undefined` for none, and, said once, for what is no number from 0 to 1. */
export function readRatio(value: unknown): number | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'number' && value >= 0 && value <= 1) return value
  sayOnce('ratio', 'A samplingRatio must be a number from 0 to 1; another one is ignored.')
  return undefined
}
