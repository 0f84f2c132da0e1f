import { ClewError, type Experiment, type TraceInfo, type TraceStore } from '@clew/model'
import { invalid } from '../http/fields.ts'

/** An experiment id as MLflow checks it: a decimal integer. */
export function experimentId(text: string): string {
  if (!/^\d{1,18}$/.test(text)) {
    const shown = text.slice(0, 100)
    const message = `Invalid experiment ID '${shown}'. Experiment ID must be a valid integer.`
    throw new ClewError('INVALID_PARAMETER_VALUE', message)
  }
  return text
}

/** The experiment of that id, deleted ones too, or MLflow's 404. */
export async function experimentOf(store: TraceStore, id: string): Promise<Experiment> {
  const experiment = await store.getExperiment(experimentId(id))
  if (experiment === undefined) throw noExperiment(id)
  return experiment
}

export function noExperiment(id: string): ClewError {
  return new ClewError('RESOURCE_DOES_NOT_EXIST', `No Experiment with id=${id} exists`)
}

/** The trace of that id, or MLflow's 404. */
export async function traceInfoOf(store: TraceStore, traceId: string): Promise<TraceInfo> {
  const info = await store.getTraceInfo(traceId)
  if (info === undefined) throw noTrace(traceId)
  return info
}

export function noTrace(traceId: string): ClewError {
  return new ClewError('RESOURCE_DOES_NOT_EXIST', `Trace with ID '${traceId}' not found.`)
}

/** A count between 1 and `most`. MLflow words too small and too large differently. */
export function positive(name: string, value: number, most: number): number {
  if (value < 1) {
    const message = `Invalid value ${value} for parameter '${name}' supplied. It must be a positive integer`
    throw new ClewError('INVALID_PARAMETER_VALUE', message)
  }
  if (value > most) throw invalid(name, value)
  return value
}
