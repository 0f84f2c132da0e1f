import { expect, test } from 'vitest'
import { differences } from './difference.ts'

test('equal documents have no differences', () => {
  const document = { a: [1, null, { b: 'x' }], c: {} }
  expect(differences(document, structuredClone(document))).toEqual([])
})

test('each difference names its place and both values', () => {
  expect(differences({ a: [1, { b: 'x' }], c: 1 }, { a: [1, { b: 'y' }, 2], d: null })).toEqual([
    { at: 'a/1/b', stock: 'x', clew: 'y' },
    { at: 'a/2', stock: undefined, clew: 2 },
    { at: 'c', stock: 1, clew: undefined },
    { at: 'd', stock: undefined, clew: null },
  ])
})

test('a list is not an object with the same keys, and null is not an empty object', () => {
  expect(differences({ a: [] }, { a: {} })).toEqual([{ at: 'a', stock: [], clew: {} }])
  expect(differences({ a: null }, { a: {} })).toEqual([{ at: 'a', stock: null, clew: {} }])
})
