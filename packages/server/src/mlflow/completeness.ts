import { setTimeout as sleep } from 'node:timers/promises'
import { ClewError, parseJson, type TraceInfo, TraceMetadataKey, type TraceStore } from '@clew/model'
import { isJsonObject } from '../http/fields.ts'

/** How long a reader waits for the spans a client announced; MLflow waits as long. */
const WAIT_MS = 3000
const POLL_MS = 100

/**
 * True unless the client's size statistics (metadata `mlflow.trace.sizeStats`) announce more spans than are stored. More
 * spans than announced are normal: a remote process sends spans the announcing one does not know of.
 */
export async function isCompletelyExported(store: TraceStore, info: TraceInfo): Promise<boolean> {
  const announced = announcedSpans(info)
  return announced === undefined || (await store.countSpans(info.traceId)) >= announced
}

/** Resolves when all announced spans are there; after three seconds it is MLflow's 404, which clients retry. */
export async function waitForSpans(store: TraceStore, info: TraceInfo): Promise<void> {
  const deadline = performance.now() + WAIT_MS
  while (!(await isCompletelyExported(store, info))) {
    if (performance.now() >= deadline) {
      const message = `Trace with ID ${info.traceId} is not fully exported yet, please try again later.`
      throw new ClewError('RESOURCE_DOES_NOT_EXIST', message)
    }
    await sleep(POLL_MS)
  }
}

function announcedSpans(info: TraceInfo): number | undefined {
  const text = info.traceMetadata.get(TraceMetadataKey.sizeStats)
  if (text === undefined) return undefined
  try {
    const statistics = parseJson(text)
    const count = isJsonObject(statistics) ? statistics['num_spans'] : undefined
    return typeof count === 'number' ? count : undefined
  } catch {
    // The metadata is the client's own text; one that cannot be read announces nothing.
    return undefined
  }
}
