import { join } from 'node:path'
import { ClewError } from '@clew/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { temporaryDirectory } from '../stores/sqlite/testing/temporary-directory.ts'
import { type DocumentKind, type DocumentOrder, type Documents, MAX_PAGE_LENGTH } from './document.ts'
import { documentsOf } from './documents.ts'
import { memoryRows } from './memory.ts'
import type { Rows } from './rows.ts'
import { sqliteRows } from './sqlite.ts'

interface Note {
  readonly id: string
  readonly shelf: string
  readonly page: number
  readonly text: string
}

const noteKind: DocumentKind<Note> = {
  name: 'note',
  keyOf: ({ id }) => id,
  groupOf: ({ shelf }) => shelf,
  placeOf: ({ page }) => page,
  write: (note) => JSON.stringify(note),
  read: (text) => JSON.parse(text) as Note,
  missing: (id) => new ClewError('RESOURCE_DOES_NOT_EXIST', `No note ${id}`),
  taken: ({ id }, old) => new ClewError('RESOURCE_ALREADY_EXISTS', `Note ${id} is on shelf ${old.shelf}`),
}

const byText: DocumentOrder<Note> = { name: 'text', direction: 'desc', of: ({ text }) => text }

const directory = temporaryDirectory()
let folders = 0
const openers: readonly [string, () => Rows][] = [
  ['memory', memoryRows],
  ['sqlite', () => sqliteRows(join(directory, String(folders++)))],
]

describe.each(openers)('documents over %s', (_, open) => {
  let rows: Rows
  let notes: Documents<Note>
  beforeEach(() => {
    rows = open()
    notes = documentsOf(noteKind, rows)
  })
  afterEach(() => rows.close())

  const note = (id: string, page: number, shelf = 'a', text = id): Note => ({ id, page, shelf, text })
  const create = async (...all: Note[]) => {
    for (const each of all) await notes.create(each)
  }
  const pages = async (query: Partial<Parameters<Documents<Note>['search']>[0]>) => {
    const found: string[][] = []
    let cursor: string | undefined
    do {
      const page = await notes.search({ groups: ['a', 'b'], limit: 2, ...query, cursor })
      found.push(page.documents.map(({ id }) => id))
      cursor = page.cursor
    } while (cursor !== undefined)
    return found
  }

  it('creates once, and changes what is there', async () => {
    await create(note('x', 1))
    await expect(notes.create(note('x', 2, 'b'))).rejects.toThrow('Note x is on shelf a')
    expect(await notes.update('x', (old) => ({ ...old, text: 'new', shelf: 'b' }))).toEqual(note('x', 1, 'b', 'new'))
    expect(await notes.get('x')).toEqual(note('x', 1, 'b', 'new'))
    expect([await notes.count('a'), await notes.count('b')]).toEqual([0, 1])
    await expect(notes.update('y', (old) => old)).rejects.toThrow('No note y')
    expect(await notes.get('y')).toBeUndefined()
  })

  it('keeps kinds apart', async () => {
    await create(note('x', 1))
    const others = documentsOf({ ...noteKind, name: 'other' }, rows)
    expect([await others.get('x'), await others.count('a'), await others.delete(['x'])]).toEqual([undefined, 0, 0])
  })

  it('writes all of a step or nothing', async () => {
    await create(note('x', 1))
    const merge = (old: Note | undefined, text: string) => {
      if (text === 'bad') throw new Error('refused')
      return note(text.charAt(0), 5, 'a', `${old?.text ?? ''}${text}`)
    }
    const bad = [
      ['y', 'y1'],
      ['x', 'bad'],
    ] as const
    await expect(notes.upsert(bad, merge)).rejects.toThrow('refused')
    expect([await notes.get('y'), (await notes.get('x'))?.text]).toEqual([undefined, 'x'])
    const good = [
      ['y', 'y1'],
      ['x', 'x2'],
      ['y', 'y3'],
    ] as const
    await notes.upsert(good, merge)
    expect([(await notes.get('y'))?.text, (await notes.get('x'))?.text]).toEqual(['y1y3', 'xx2'])
  })

  it('deletes by keys and by group', async () => {
    await create(note('x', 1), note('y', 2), note('z', 3, 'b'))
    expect(await notes.delete(['x', 'nobody'])).toBe(1)
    expect([await notes.deleteGroup('a'), await notes.deleteGroup('a'), await notes.count('b')]).toEqual([1, 0, 1])
  })

  it('pages through groups by place, then by key in the order of code points', async () => {
    await create(note('\u{1f600}', 1), note('\uffee', 1, 'b'), note('c', 0, 'b'), note('d', 2), note('e', 9, 'unseen'))
    await create(...Array.from({ length: 200 }, (_, index) => note(`n${index}`, 100 + index, index % 2 ? 'a' : 'b')))
    const found = (await pages({ limit: 3 })).flat()
    expect(found.slice(0, 5)).toEqual(['c', '\uffee', '\u{1f600}', 'd', 'n0'])
    expect(found).toHaveLength(204)
    expect(new Set(found).size).toBe(204)
    expect(await pages({ keys: ['n1', 'e', 'd', 'nobody', 'd'] })).toEqual([['d', 'n1']])
    expect(await pages({ matches: ({ page }) => page < 2 })).toEqual([['c', '\uffee'], ['\u{1f600}']])
  })

  it('pages stay the same while documents are added', async () => {
    await create(note('b', 2), note('c', 3), note('d', 4))
    const first = await notes.search({ groups: ['a'], limit: 2, cursor: undefined })
    await create(note('a', 1), note('e', 5))
    const second = await notes.search({ groups: ['a'], limit: 2, cursor: first.cursor })
    expect(second.documents.map(({ id }) => id)).toEqual(['d', 'e'])
  })

  it('sorts by anything, and then by place', async () => {
    await create(note('p', 1, 'a', 'low'), note('q', 2, 'b', 'top'), note('r', 3, 'a', 'low'), note('s', 0, 'b', 'low'))
    expect(await pages({ order: [byText] })).toEqual([
      ['q', 's'],
      ['p', 'r'],
    ])
    expect(await pages({ order: [{ ...byText, direction: 'asc' }], limit: 3 })).toEqual([['s', 'p', 'r'], ['q']])
  })

  it('refuses a cursor of another order', async () => {
    await create(note('x', 1), note('y', 2))
    const { cursor } = await notes.search({ groups: ['a'], limit: 1, cursor: undefined })
    const query = { groups: ['a'], limit: 1, cursor, order: [byText] }
    await expect(notes.search(query)).rejects.toMatchObject({ code: 'INVALID_PARAMETER_VALUE' })
  })

  it('ends a page early when documents are long', async () => {
    const long = 'x'.repeat(MAX_PAGE_LENGTH / 2)
    await create(note('x', 1, 'a', long), note('y', 2, 'a', long), note('z', 3))
    expect(await pages({ limit: 10 })).toEqual([['x'], ['y', 'z']])
  })

  it('keeps a place no number can count', async () => {
    await create(note('x', -1e300), note('y', 1e300), note('z', 0))
    expect(await pages({})).toEqual([['x', 'z'], ['y']])
  })
})

it('documents are there when the file is opened again', async () => {
  const folder = join(directory, 'reopened')
  const rows = sqliteRows(folder)
  await documentsOf(noteKind, rows).create({ id: 'x', shelf: 'a', page: 1, text: 'kept' })
  rows.close()
  rows.close()
  const again = sqliteRows(folder)
  expect((await documentsOf(noteKind, again).get('x'))?.text).toBe('kept')
  again.close()
})
