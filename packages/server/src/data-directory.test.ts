import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { prepareDataDirectory } from './data-directory.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clew-data-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

it('makes the folder with those above it, and takes one that is there', async () => {
  const directory = join(folder, 'a', 'b')
  await prepareDataDirectory(directory)
  await prepareDataDirectory(directory)
  expect((await stat(directory)).isDirectory()).toBe(true)
})

it('says that a file is in the way, and what to do', async () => {
  const file = join(folder, 'file')
  await writeFile(file, '')
  await expect(prepareDataDirectory(file)).rejects.toThrow(
    `The data folder ${file} cannot be used: it is a file. Choose another with --data or CLEW_DATA.`,
  )
  await expect(prepareDataDirectory(join(file, 'below'))).rejects.toThrow('a file stands where one of its folders')
})
