import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { ClewError } from '@clew/model'
import { describe, expect, it } from 'vitest'
import { inflate } from './inflate.ts'

const text = new TextEncoder().encode('a span or two')

describe('inflate', () => {
  it.each([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['zstd', zstdCompressSync(text)],
    ['identity', text],
    [undefined, text],
  ])('undoes %s', (encoding, body) => {
    expect(Buffer.from(inflate(body, encoding)).toString()).toBe('a span or two')
  })

  it('refuses an encoding it does not know in the words clients match on', () => {
    expect(refusal(() => inflate(text, 'br'))).toEqual(['BAD_REQUEST', 'Unsupported Content-Encoding: br'])
  })

  it.each(['gzip', 'deflate', 'zstd'])('refuses a body that is not %s', (encoding) => {
    expect(refusal(() => inflate(text, encoding))).toEqual(['BAD_REQUEST', `Failed to decompress ${encoding} payload`])
  })

  it.each([
    ['gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['zstd', zstdCompressSync(text)],
  ])('refuses %s that breaks off', (encoding, body) => {
    expect(refusal(() => inflate(body.subarray(0, body.length - 8), encoding))[0]).toBe('BAD_REQUEST')
  })

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['zstd', zstdCompressSync],
  ])('stops a %s bomb at the cap', (encoding, compress) => {
    const bomb = compress(Buffer.alloc(1_000_001))
    expect(refusal(() => inflate(bomb, encoding, 1_000_000))).toEqual([
      'REQUEST_TOO_LARGE',
      'The request is larger than 1000000 bytes after decompression.',
    ])
    expect(inflate(bomb, encoding, 1_000_001)).toHaveLength(1_000_001)
  })

  it('holds a plain body to the same cap', () => {
    expect(refusal(() => inflate(text, undefined, 5))[0]).toBe('REQUEST_TOO_LARGE')
  })
})

function refusal(attempt: () => unknown): [code: string, message: string] {
  try {
    attempt()
  } catch (error) {
    if (error instanceof ClewError) return [error.code, error.message]
    throw error
  }
  throw new Error('nothing was refused')
}
