import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeBase64, encodeBase64 } from './base64.ts'

test('base64 is what Node writes, and is read back', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = encodeBase64(bytes)
      expect(text).toBe(Buffer.from(bytes).toString('base64'))
      expect(decodeBase64(text)).toEqual(bytes)
    }),
  )
})

test.each(['abc', 'ab=c', 'ab==cd==', 'a===', '_-aa', 'ab cd'])('%j is not base64', (text) => {
  expect(decodeBase64(text)).toBeUndefined()
})
