import { expect, test } from 'vitest'
import { bytesOfHex, hexOf, isSpanId, isTraceId, otelTraceId, traceIdOf } from './ids.ts'

test.each([
  ['tr-4bf92f3577b34da6a3ce929d0e0e4736', true],
  ['tr-4BF92F3577B34DA6A3CE929D0E0E4736', false],
  ['tr-00000000000000000000000000000000', false],
  ['4bf92f3577b34da6a3ce929d0e0e4736', false],
  ['tr-4bf92f3577b34da6a3ce929d0e0e47360', false],
])('is %s a trace id? %s', (text, answer) => {
  expect(isTraceId(text)).toBe(answer)
})

test.each([
  ['00f067aa0ba902b7', true],
  ['0000000000000000', false],
  ['00f067aa0ba902b', false],
])('is %s a span id? %s', (text, answer) => {
  expect(isSpanId(text)).toBe(answer)
})

test('a trace id is the OpenTelemetry id with a prefix', () => {
  expect(traceIdOf(otelTraceId('tr-4bf92f3577b34da6a3ce929d0e0e4736'))).toBe('tr-4bf92f3577b34da6a3ce929d0e0e4736')
})

test('hex digits and bytes', () => {
  expect(hexOf(new Uint8Array([0, 15, 255, 16]), 1, 3)).toBe('0fff')
  expect(bytesOfHex('00Ff')).toEqual(new Uint8Array([0, 255]))
})
