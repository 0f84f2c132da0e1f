import type { JsonValue } from '@clew/model'
import { expect, test } from 'vitest'
import { type JsonFolds, type JsonLine, jsonLines, NO_FOLDS } from './json-lines.ts'

function draw(line: JsonLine): string {
  const name = line.name === undefined ? '' : `${line.name}: `
  const comma = line.hasComma ? ',' : ''
  const indent = '  '.repeat(line.level)
  switch (line.type) {
    case 'scalar':
      return `${indent}${name}${line.isFolded ? 'folded' : JSON.stringify(line.value)}${comma}`
    case 'inline':
      return `${indent}${name}${JSON.stringify(line.items)}${comma}`
    case 'open':
      return `${indent}${name}${line.bracket}`
    case 'close':
      return `${indent}${line.bracket}${comma}`
    case 'folded':
      return `${indent}${name}${line.bracket} ${line.summary}(${line.count})${comma}`
    case 'more':
      return `${indent}${line.hidden} more`
  }
}
const drawn = (value: JsonValue, folds: JsonFolds = NO_FOLDS) => jsonLines(value, folds).map(draw)

test('an object opens, a short list stays on its line, commas are where JSON has them', () => {
  expect(drawn({ query: 'refund', langs: ['en', 'nb'], deep: { on: true }, none: {} })).toEqual([
    '{',
    '  query: "refund",',
    '  langs: ["en","nb"],',
    '  deep: {',
    '    on: true',
    '  },',
    '  none: { (0 keys)',
    '}',
  ])
})

test('of a list of objects the first is open, three are shown, the rest is counted', () => {
  const documents = Array.from({ length: 8 }, (_, id) => ({ id, text: 'x' }))
  expect(drawn(documents)).toEqual([
    '[',
    '  {',
    '    id: 0,',
    '    text: "x"',
    '  },',
    '  { id: 1, text: "x"(2 keys),',
    '  { id: 2, text: "x"(2 keys),',
    '  5 more',
    ']',
  ])
  expect(drawn(documents, { toggled: new Set(['/0']), more: new Map([['', 100]]) })).toHaveLength(10)
})

test('a vector is folded, a long string too, and both open when asked', () => {
  const vector = Array.from({ length: 1_536 }, () => 0.5)
  expect(drawn({ vector })).toContain('  vector: [ (1,536 numbers)')
  expect(drawn({ text: 'x'.repeat(241) })).toContain('  text: folded')
  expect(drawn({ text: 'x'.repeat(241) }, { toggled: new Set(['/text']), more: new Map() })[1]).toContain('xxx')
  expect(drawn({ vector }, { toggled: new Set(['/vector']), more: new Map() })).toContain('    1516 more')
})

test('a fold is known by its path, whatever the keys contain', () => {
  const paths = jsonLines({ 'a/b': { c: 1 }, a: { b: { c: 1 } }, __proto__x: 2 }, NO_FOLDS).map(({ path }) => path)
  expect(new Set(paths).size).toBe(paths.length)
})

test('a deep value is open for four levels', () => {
  let value: JsonValue = 1
  for (let depth = 0; depth < 50; depth++) value = { down: value }
  expect(drawn(value)).toHaveLength(9)
})

test('a scalar is one line', () => {
  expect(drawn('hi')).toEqual(['"hi"'])
  expect(drawn(null)).toEqual(['null'])
})
