import { expect, test } from 'vitest'
import { failureLine } from './failure-line.ts'

test.each([
  ['ToolTimeout: refund_order: no answer', 'ToolTimeout', 'refund_order: no answer'],
  ['openai.RateLimitError: 429', 'RateLimitError', '429'],
  ['java.lang.IllegalStateException', 'IllegalStateException', ''],
  ['Error: boom', 'Error', 'boom'],
  ['refund_order: no answer', 'Error', 'refund_order: no answer'],
  ['Could not reach the model: timeout', 'Error', 'Could not reach the model: timeout'],
  ['broken', 'Error', 'broken'],
  ['12: Error', 'Error', '12: Error'],
  ['', 'Error', ''],
])('%j is %j and %j', (error, word, rest) => {
  expect(failureLine(error)).toEqual({ word, rest })
})
