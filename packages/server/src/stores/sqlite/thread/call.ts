import type { CrossingError } from './crossing.ts'

/** What a thread offers: named functions over data that structured clone can carry. */
export type MethodTable = { readonly [name: string]: (...values: never[]) => unknown }

/** A request to a thread. */
export interface Call {
  readonly id: number
  readonly method: string
  readonly values: readonly unknown[]
  /** About how much memory it holds, for bounds. */
  readonly bytes: number
}

/** What a thread answers. */
export type Reply =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly error: CrossingError }

/** Runs the method a call names. */
export function invoke(methods: MethodTable, call: Call): unknown {
  const method = Object.hasOwn(methods, call.method) ? methods[call.method] : undefined
  if (method === undefined) throw new Error(`The thread has no method ${call.method}`)
  // The caller's side types the values by the same table; see WorkerClient.
  return method(...(call.values as never[]))
}
