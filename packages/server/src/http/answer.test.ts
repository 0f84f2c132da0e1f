import { describe, expect, it } from 'vitest'
import { revalidated, streamedText } from './answer.ts'

describe('streamedText', () => {
  it.each([
    ['nothing', []],
    ['a few pieces', ['{', '"a":1', '}']],
    ['more than is sent at a time', Array.from({ length: 3000 }, (_, i) => `${i} ☀️ `.repeat(50))],
    ['one piece larger than that', ['x'.repeat(1_000_000), 'y']],
  ])('sends %s as it is', async (_, pieces) => {
    const response = streamedText(pieces, { 'content-type': 'application/json' })
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.text()).toBe(pieces.join(''))
  })

  it('makes no more pieces than are taken', async () => {
    let made = 0
    function* endless() {
      for (;;) {
        made++
        yield 'x'.repeat(1000)
      }
    }
    const reader = streamedText(endless(), {}).body?.getReader()
    await reader?.read()
    await reader?.cancel()
    expect(made).toBeLessThan(1000)
  })
})

describe('revalidated', () => {
  it('answers 304 to a caller that has the text, and the text to any other', async () => {
    const first = revalidated(new Request('http://a/'), 'text')
    const etag = first.headers.get('etag') ?? ''
    expect(await first.text()).toBe('text')
    expect(revalidated(new Request('http://a/', { headers: { 'if-none-match': etag } }), 'text').status).toBe(304)
    expect(revalidated(new Request('http://a/', { headers: { 'if-none-match': etag } }), 'other').status).toBe(200)
    const bytes = new TextEncoder().encode('text')
    expect(revalidated(new Request('http://a/'), bytes).headers.get('etag')).toBe(etag)
  })
})
