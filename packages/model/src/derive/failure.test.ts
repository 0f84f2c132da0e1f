import { expect, test } from 'vitest'
import type { JsonText } from '../json/text.ts'
import type { Span, SpanEvent } from '../span.ts'
import { FAILURE_LENGTH, failureOf } from './failure.ts'

const SPAN: Span = {
  traceId: `tr-${'1'.repeat(32)}`,
  spanId: '1'.repeat(16),
  parentSpanId: undefined,
  name: 'refund_order',
  startTimeNs: 0n,
  endTimeNs: 1n,
  status: { code: 'ERROR', message: '' },
  attributes: new Map(),
  events: [],
  links: [],
}

const json = (value: unknown) => JSON.stringify(value) as JsonText

const thrown = (type: unknown, message: unknown): SpanEvent => ({
  name: 'exception',
  timeNs: 0n,
  attributes: new Map([
    ['exception.type', json(type)],
    ['exception.message', json(message)],
  ]),
})

const failure = (message: string, ...events: SpanEvent[]) =>
  failureOf({ ...SPAN, status: { code: 'ERROR', message }, events })

test.each<[string, string, SpanEvent[], string | undefined]>([
  [
    'the type leads the message it was thrown with',
    'no answer',
    [thrown('ToolTimeout', 'no answer')],
    'ToolTimeout: no answer',
  ],
  ['a message that says the type already stands as it is', 'KeyError: a', [thrown('KeyError', 'a')], 'KeyError: a'],
  ['an exception of another message was handled', 'out of budget', [thrown('Retry', 'again')], 'out of budget'],
  ['without a message the last exception tells', '', [thrown('A', 'one'), thrown('B', 'two')], 'B: two'],
  ['an exception without a message tells its type', '', [thrown('Abort', '')], 'Abort'],
  ['an exception without a type tells its message', '', [thrown('', 'two')], 'two'],
  ['an exception that is no text tells nothing', '', [thrown(1, { a: 1 })], undefined],
  ['another event is no exception', '', [{ ...thrown('A', 'one'), name: 'log' }], undefined],
  ['white space is one blank', ' a\r\n\tb  c ', [], 'a b c'],
  ['white space alone is nothing', ' \n ', [], undefined],
])('%s', (_, message, events, line) => {
  expect(failure(message, ...events)).toBe(line)
})

test('a span that did not fail says nothing, whatever it went through', () => {
  for (const code of ['OK', 'UNSET'] as const) {
    expect(failureOf({ ...SPAN, status: { code, message: 'm' }, events: [thrown('A', 'b')] })).toBeUndefined()
  }
})

test('a long message is cut between characters, with dots', () => {
  expect(failure('x'.repeat(FAILURE_LENGTH))).toBe('x'.repeat(FAILURE_LENGTH))
  expect(failure('x'.repeat(FAILURE_LENGTH + 1))).toBe(`${'x'.repeat(FAILURE_LENGTH - 3)}...`)
  expect(failure('😀'.repeat(1_000_000))).toBe(`${'😀'.repeat(98)}...`)
})
