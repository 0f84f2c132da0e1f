import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ArtifactFolder, artifactFolder } from './folder.ts'

let parent: string
let folder: ArtifactFolder

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'clew-artifacts-'))
  folder = artifactFolder(join(parent, 'artifacts'))
})

afterEach(() => rm(parent, { recursive: true }))

const bytes = new TextEncoder().encode('hello')

describe('artifactFolder', () => {
  it('gives back what was written, and lists it', async () => {
    await folder.write('1/traces/tr-1/artifacts/a.txt', bytes)
    expect(Buffer.from((await folder.read('1/traces/tr-1/artifacts/a.txt')) ?? []).toString()).toBe('hello')
    expect(await folder.list('1/traces/tr-1/artifacts')).toEqual([{ name: 'a.txt', isFolder: false, size: 5 }])
    expect(await folder.list('1')).toEqual([{ name: 'traces', isFolder: true, size: undefined }])
    expect(await folder.list('')).toEqual([{ name: '1', isFolder: true, size: undefined }])
  })

  it('replaces a file and leaves nothing beside it', async () => {
    await folder.write('a', bytes)
    await folder.write('a', new Uint8Array([1]))
    expect(await folder.read('a')).toEqual(Buffer.from([1]))
    expect(await readdir(join(parent, 'artifacts'))).toEqual(['a'])
  })

  it('knows nothing of what is not there', async () => {
    expect(await folder.read('nope')).toBeUndefined()
    expect(await folder.list('nope')).toEqual([])
    await folder.remove('nope')
  })

  it('removes files and whole folders', async () => {
    await folder.write('1/a', bytes)
    await folder.write('1/b', bytes)
    await folder.remove('1/a')
    expect(await folder.read('1/a')).toBeUndefined()
    await folder.remove('1')
    expect(await folder.list('')).toEqual([])
  })

  it.each([
    '../outside',
    'a/../../outside',
    '..',
    '.',
    '',
    'a//b',
    'a/./b',
    'a\\..\\b',
    'C:/x',
    'a\0b',
    'a\nb',
    '.incoming-x',
    `${'x'.repeat(201)}`,
    `${'x/'.repeat(20)}x`,
  ])('refuses the path %j', async (path) => {
    await expect(folder.write(path, bytes)).rejects.toMatchObject({ code: 'INVALID_PARAMETER_VALUE' })
    await expect(folder.read(path)).rejects.toMatchObject({ message: 'Invalid path' })
    await expect(folder.remove(path)).rejects.toMatchObject({ message: 'Invalid path' })
    expect(await readdir(parent)).toEqual([])
  })

  it('says so when a file stands where a folder is needed, and the other way round', async () => {
    await folder.write('a', bytes)
    await expect(folder.write('a/b', bytes)).rejects.toMatchObject({ code: 'INVALID_PARAMETER_VALUE' })
    await folder.remove('a/b')
    expect(await folder.read('a/b')).toBeUndefined()
    await folder.write('c/d', bytes)
    await expect(folder.write('c', bytes)).rejects.toMatchObject({ code: 'INVALID_PARAMETER_VALUE' })
    expect(await readdir(join(parent, 'artifacts'))).toEqual(['a', 'c'])
  })
})
