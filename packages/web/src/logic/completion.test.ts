import type { TraceRow } from '@clew/model'
import { expect, test } from 'vitest'
import { completeFilter, quoteValue } from './completion.ts'

const rows: readonly TraceRow[] = ['agent', 'agent', "o'hara"].map((name, index) => ({
  id: String(index),
  experimentId: '0',
  name,
  state: 'OK',
  startMs: 0,
  assessments: [],
  tags: [
    ['env', 'prod'],
    ['a b', 'x'],
  ],
}))
const complete = (text: string) => completeFilter(text, text.length, rows)
const inserts = (text: string) => complete(text)?.options.map(({ insert }) => insert)

test('an empty box offers fields', () => {
  expect(complete('')?.title).toBe('field')
  expect(inserts('')).toContain('status')
})

test('a word narrows the fields, those that begin with it first', () => {
  expect(inserts('sta')?.[0]).toBe('status')
  expect(inserts('sta')).toContain('span.status')
})

test('tags on screen are offered, quoted where they must be', () => {
  expect(inserts('tag.')).toEqual(expect.arrayContaining(['tag.env', 'tag.`a b`']))
})

test('a field is followed by its operators', () => {
  expect(inserts('status ')).toContain("= ''")
  expect(inserts('execution_time_ms ')).toContain('> ')
})

test('an operator is followed by observed values, the most frequent first', () => {
  expect(inserts('name = ')).toEqual(["'agent'", `"o'hara"`])
  expect(inserts('tag.env = ')).toEqual(["'prod'"])
  expect(inserts("status = 'ER")).toEqual(["'ERROR'"])
})

test('a value is followed by AND, and AND by a field', () => {
  expect(inserts("status = 'OK' ")).toEqual(['AND ', 'OR '])
  expect(inserts("status = 'OK' AND na")?.[0]).toBe('name')
})

test('a completion replaces the word at the caret and nothing else', () => {
  expect(completeFilter("na AND status = 'OK'", 2, rows)).toMatchObject({ from: 0, to: 2 })
})

test('a value typed between two quotes replaces both', () => {
  expect(completeFilter("status = 'ER'", 12, rows)).toMatchObject({ from: 9, to: 13 })
})

test('nothing to offer is no completion', () => {
  expect(complete('zzz')).toBeUndefined()
  expect(complete('execution_time_ms > ')).toBeUndefined()
})

test('a value is quoted with the quote it does not contain', () => {
  expect([quoteValue('a'), quoteValue("it's")]).toEqual(["'a'", `"it's"`])
})
