import { ClewError } from '@clew/model'
import { describe, expect, test } from 'vitest'
import { parsePageToken, printPageToken } from './page-token.ts'

const messageOf = (token: string) => {
  try {
    parsePageToken('by time', 2, token)
  } catch (error) {
    if (error instanceof ClewError && error.code === 'INVALID_PARAMETER_VALUE') return error.message
  }
  throw new Error(`${token} was accepted`)
}
const encode = (text: string) => Buffer.from(text).toString('base64')

describe('a page token', () => {
  test('gives back the key it was made of', () => {
    const key = ['tr-é😀', null]
    expect(parsePageToken('by time', 2, printPageToken('by time', key))).toEqual(key)
  })

  test.each([
    ['nope', "decoded value=b'\\x9e\\x8a^'"],
    ['nop', "decoded value=b'\\x9e\\x8a'"],
    ['n', 'could not base64-decode'],
    [encode('{}'), 'parsed value={}'],
    [encode('{"offset": 5}'), 'parsed value={"offset": 5}'],
    [encode('null'), 'parsed value=null'],
    [printPageToken('by name', ['a', 1]), 'parsed value=['],
    [printPageToken('by time', ['a']), 'parsed value=['],
    ['x'.repeat(300_000), 'it is too long'],
  ])('that reads %.20s is refused: %s', (token, message) => {
    expect(messageOf(token)).toMatch(`Invalid page token, ${message}`)
  })

  test('with a key that is none is refused', () => {
    const [mark] = JSON.parse(Buffer.from(printPageToken('by time', []), 'base64url').toString())
    expect(messageOf(encode(JSON.stringify([mark, {}, 1])))).toMatch('parsed value=')
  })
})
