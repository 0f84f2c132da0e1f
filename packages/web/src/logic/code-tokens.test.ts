import { expect, test } from 'vitest'
import { codeTokens } from './code-tokens.ts'

test('words, strings and addresses are told apart, and nothing is lost', () => {
  const code = "export URI=http://a:5000\nimport x from 'y'"
  const tokens = codeTokens(code)
  expect(tokens.map(({ text }) => text).join('')).toBe(code)
  expect(tokens.filter(({ kind }) => kind === 'word').map(({ text }) => text)).toEqual(['export', 'import', 'from'])
  expect(tokens.filter(({ kind }) => kind === 'string').map(({ text }) => text)).toEqual(['http://a:5000', "'y'"])
})
