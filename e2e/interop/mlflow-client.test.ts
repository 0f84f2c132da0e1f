/**
 * The stock MLflow client against our server. Each story must read back as it did from the stock server (readback/),
 * less the differences declared in declared.ts; see record.ts for how the recordings were made.
 */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ClewServer, startClew } from '../harness/clew-server.ts'
import { byPlace, declared, declaredDifferences } from './declared.ts'
import { differences } from './difference.ts'
import { pythonEnvironment } from './python.ts'
import { recordedReadback, recordedStories, runStory } from './story.ts'

let python = ''
let missing: string | undefined
let clew: ClewServer

beforeAll(async () => {
  const environment = await pythonEnvironment()
  if ('python' in environment) python = environment.python
  else if (process.env['CI']) throw new Error(environment.missing)
  else missing = environment.missing
  clew = await startClew()
})
afterAll(() => clew?.stop())
beforeEach((context) => {
  if (missing !== undefined) context.skip(missing)
})

describe('a story reads back as from the stock server, less the declared differences:', () => {
  test.each(recordedStories())('%s', async (story) => {
    const { readback } = await runStory(python, story, clew.url)
    const found = differences(recordedReadback(story), readback).sort(byPlace)
    expect(found).toEqual(declaredDifferences(story))
  })
})

test('every declared difference belongs to a story and is explained in the reference', async () => {
  const reference = await readFile(new URL('../../docs/reference/differences.md', import.meta.url), 'utf8')
  const headings = new Set(reference.match(/(?<=^#+ ).+$/gm))
  expect(declared.filter(({ heading }) => !headings.has(heading))).toEqual([])
  expect(declared.filter(({ story }) => !recordedStories().includes(story))).toEqual([])
})

test('nested spans with an exception, tagged, are found and read back equal to what was sent', async () => {
  const { readback } = await runStory(python, 'round_trip', clew.url)
  expect(readback).toEqual({
    'counter: differs in': [],
    'counter: events': [],
    'shelf: differs in': [],
    'shelf: events': ['looked'],
    'till: differs in': [],
    'till: events': ['exception'],
    'spans nobody sent': [],
    'own tags': { shop: 'south' },
    'found by tag and status': [true],
    'found by span': [true],
    'not found by the old tag': [],
  })
})

test('the server had nothing to complain about', () => {
  expect(clew.log()).not.toContain('"event":"fault"')
})
