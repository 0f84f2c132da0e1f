import { describe, expect, test } from 'vitest'
import { parseSpanContext, printSpanContext } from './span-context.ts'

const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
const span = '00f067aa0ba902b7'
const zeros = '0'.repeat(32)

describe('parseSpanContext', () => {
  test('reads ids and the sampled flag, and none of the other flags', () => {
    const read = (flags: string) => parseSpanContext(`00-${trace}-${span}-${flags}`, '')
    expect(read('01')).toEqual({ traceDigits: trace, spanId: span, isSampled: true, tracestate: undefined })
    expect(read('03')?.isSampled).toBe(true)
    expect(read('ff')?.isSampled).toBe(true)
    expect(read('00')?.isSampled).toBe(false)
    expect(read('fe')?.isSampled).toBe(false)
  })

  test.each([
    ['nothing', ''],
    ['text', 'hello'],
    ['a version that is not allowed', `ff-${trace}-${span}-01`],
    ['a zero trace id', `00-${zeros}-${span}-01`],
    ['a zero span id', `00-${trace}-${zeros.slice(16)}-01`],
    ['upper case', `00-${trace.toUpperCase()}-${span}-01`],
    ['a short trace id', `00-${trace.slice(1)}-${span}-01`],
    ['a long span id', `00-${trace}-${span}0-01`],
    ['no flags', `00-${trace}-${span}`],
    ['flags that are no hex', `00-${trace}-${span}-0x`],
    ['version 00 with more than it has', `00-${trace}-${span}-01-what`],
    ['version 00 with a dash at the end', `00-${trace}-${span}-01-`],
    ['a later version that goes on without a dash', `01-${trace}-${span}-01what`],
    ['two of them', `00-${trace}-${span}-01,00-${trace}-${span}-01`],
    ['a line break inside', `01-${trace}-${span}-01-a\r\nx: y`],
  ])('refuses %s', (_, traceparent) => {
    expect(parseSpanContext(traceparent, 'a=1')).toBeUndefined()
  })

  test.each([
    ['a later version', `cc-${trace}-${span}-01`],
    ['a later version that says more', `01-${trace}-${span}-01-what-the-future-holds`],
    ['a later version with a dash at the end', `01-${trace}-${span}-01-`],
    ['blanks around', ` \t00-${trace}-${span}-01 `],
  ])('reads %s', (_, traceparent) => {
    expect(parseSpanContext(traceparent, '')).toMatchObject({ traceDigits: trace, spanId: span, isSampled: true })
  })
})

describe('tracestate', () => {
  const cap = (text: string) => parseSpanContext(`00-${trace}-${span}-01`, text)?.tracestate

  test('is passed on in order, without blanks and empty members', () => {
    expect(cap('congo=t61rcWkgMzE,, rojo=00f067aa0ba902b7\t,tenant@vendor=a:b c')).toBe(
      'congo=t61rcWkgMzE,rojo=00f067aa0ba902b7,tenant@vendor=a:b c',
    )
  })

  test('loses members that are malformed, and them only', () => {
    expect(cap('a=1,B=2,=3,c,d=,e=x=y,f=\u0001,g=ä,h=1\r\nx-evil: 1,z=9')).toBe('a=1,z=9')
    expect(cap('nonsense')).toBeUndefined()
  })

  test('has 32 members at most, the first ones', () => {
    const members = Array.from({ length: 40 }, (_, index) => `k${index}=v`)
    expect(cap(members.join())).toBe(members.slice(0, 32).join())
  })

  test('has 512 characters at most: long members go first, then the last ones', () => {
    const long = `long=${'x'.repeat(200)}`
    const short = Array.from({ length: 6 }, (_, index) => `s${index}=${'y'.repeat(80)}`)
    expect(cap([short[0], long, ...short.slice(1)].join())).toBe(short.join())
    const many = Array.from({ length: 8 }, (_, index) => `s${index}=${'y'.repeat(80)}`)
    expect(cap(many.join())).toBe(many.slice(0, 6).join())
    expect(cap(`a=${'x'.repeat(254)},b=${'x'.repeat(254)}`)).toHaveLength(513 - 257)
  })

  test('of a hostile size costs little', () => {
    const start = performance.now()
    expect(cap(`${'a=1,'.repeat(1_000_000)}b=2`)).toBe(Array(32).fill('a=1').join())
    expect(cap(`a=${' '.repeat(4_000_000)}`)).toBeUndefined()
    expect(performance.now() - start).toBeLessThan(1_000)
  })
})

test('printSpanContext writes version 00, and a tracestate only if there is one', () => {
  const context = { traceDigits: trace, spanId: span, isSampled: true, tracestate: undefined }
  expect(printSpanContext(context)).toEqual({ traceparent: `00-${trace}-${span}-01` })
  expect(printSpanContext({ ...context, isSampled: false, tracestate: 'a=1' })).toEqual({
    traceparent: `00-${trace}-${span}-00`,
    tracestate: 'a=1',
  })
})
