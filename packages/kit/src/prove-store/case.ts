import { ClewError, type ErrorCode } from '@clew/model'
import { expect } from 'vitest'
import type { Stage } from './stage.ts'

/** One sentence of the contract and what shows that it holds. */
export type StoreCase = readonly [caption: string, show: (stage: Stage) => Promise<void>]

export interface StoreSection {
  readonly title: string
  readonly cases: readonly StoreCase[]
}

/** Expects a ClewError with the code, and that its message carries neither SQL nor a path. */
export async function expectRefusal(promise: Promise<unknown>, code: ErrorCode): Promise<void> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  expect(outcome).not.toHaveProperty('value')
  const error = 'error' in outcome ? outcome.error : undefined
  expect(error).toBeInstanceOf(ClewError)
  if (!(error instanceof ClewError)) return
  expect(error.code).toBe(code)
  expect(error.message).not.toMatch(/\b(SELECT|INSERT|UPDATE|DELETE|CONSTRAINT|SQLITE)\b|\/tmp\//)
}
