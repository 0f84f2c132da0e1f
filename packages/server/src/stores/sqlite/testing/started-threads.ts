import type { Worker } from 'node:worker_threads'

/** Runs something that starts threads. Returns what it made, and the threads in the order they were started. */
export async function startedThreads<Made>(make: () => Made | Promise<Made>): Promise<[Made, readonly Worker[]]> {
  const threads: Worker[] = []
  const note = (thread: Worker) => threads.push(thread)
  process.on('worker', note)
  try {
    return [await make(), threads]
  } finally {
    process.off('worker', note)
  }
}
