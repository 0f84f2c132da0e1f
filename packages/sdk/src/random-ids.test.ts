import { isSpanId, isTraceId } from '@clew/model'
import { expect, test } from 'vitest'
import { newSpanId, newTraceId } from './random-ids.ts'

test('ids have the form of the model, and 20 000 of them are all different', () => {
  const spanIds = Array.from({ length: 10_000 }, newSpanId)
  const traceIds = Array.from({ length: 10_000 }, newTraceId)
  expect(spanIds.every(isSpanId)).toBe(true)
  expect(traceIds.every(isTraceId)).toBe(true)
  expect(new Set([...spanIds, ...traceIds]).size).toBe(20_000)
})
