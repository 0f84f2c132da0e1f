import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ClewError } from '@clew/model'

/** Files clients keep beside their traces: attachments, and `traces.json` of clients that upload it. */
export interface ArtifactFolder {
  /** Durable and all or nothing: a reader never sees half a file. */
  write(path: string, bytes: Uint8Array): Promise<void>
  /** `undefined` when there is no such file. */
  read(path: string): Promise<Uint8Array<ArrayBuffer> | undefined>
  /** The entries of a folder, by name; empty when there is none. */
  list(path: string): Promise<readonly ArtifactEntry[]>
  /** A file or a folder with all that is in it; unknown ones are fine. */
  remove(path: string): Promise<void>
}

export interface ArtifactEntry {
  readonly name: string
  readonly isFolder: boolean
  /** Bytes; absent for folders. */
  readonly size: number | undefined
}

/** Bounds of an artifact's path, well inside what file systems take. */
const MAX_PATH = 1000
const MAX_SEGMENT = 200
const MAX_DEPTH = 20

/** Entries one listing answers. */
const MAX_ENTRIES = 10_000

/** Artifacts as files under `directory`, which is made when the first one comes. */
export function artifactFolder(directory: string): ArtifactFolder {
  const locate = (path: string) => join(directory, ...segments(path))
  return {
    async write(path, bytes) {
      const target = locate(path)
      // Beside the target, so that the rename stays within one file system.
      const incoming = join(dirname(target), `.incoming-${randomUUID()}`)
      try {
        await mkdir(dirname(target), { recursive: true })
        await writeDurably(incoming, bytes)
        await rename(incoming, target)
      } catch (error) {
        await discard(incoming)
        throw translated(error, path)
      }
    },
    async read(path) {
      const target = locate(path)
      return unlessAbsent(() => readFile(target), undefined)
    },
    async list(path) {
      const folder = path === '' ? directory : locate(path)
      const names = await unlessAbsent(() => readdir(folder), [])
      const visible = names.filter((name) => !name.startsWith('.incoming-')).sort()
      return Promise.all(visible.slice(0, MAX_ENTRIES).map((name) => describe(folder, name)))
    },
    async remove(path) {
      const target = locate(path)
      await unlessAbsent(() => rm(target, { recursive: true, force: true }), undefined)
    },
  }
}

/** The parts of a path, or `INVALID_PARAMETER_VALUE` for one that could leave the folder or trouble a file system. */
function segments(path: string): string[] {
  const parts = path.replace(/^\/+/, '').split('/')
  const isSafe = (part: string) =>
    part !== '' && part !== '.' && part !== '..' && part.length <= MAX_SEGMENT && !hasUnsafeCharacter(part)
  if (path.length > MAX_PATH || parts.length > MAX_DEPTH || !parts.every(isSafe)) throw invalidPath()
  return parts
}

export function invalidPath(): ClewError {
  return new ClewError('INVALID_PARAMETER_VALUE', 'Invalid path')
}

/** Control characters, and what Windows reads as a separator or a drive. */
function hasUnsafeCharacter(part: string): boolean {
  for (const character of part) {
    if (character < ' ' || character === '\\' || character === ':' || character === '\x7f') return true
  }
  return part.startsWith('.incoming-')
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function discard(path: string): Promise<void> {
  await unlessAbsent(() => rm(path, { force: true }), undefined)
}

async function describe(folder: string, name: string): Promise<ArtifactEntry> {
  const found = await stat(join(folder, name))
  return { name, isFolder: found.isDirectory(), size: found.isDirectory() ? undefined : found.size }
}

async function unlessAbsent<T>(read: () => Promise<T>, absent: T): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return absent
    throw error
  }
}

/** A file where a folder is needed, or the other way round, is the caller's doing; a full disk passes. */
function translated(error: unknown, path: string): unknown {
  if (hasCode(error, 'EISDIR', 'ENOTDIR', 'EEXIST', 'ENOTEMPTY')) {
    return new ClewError('INVALID_PARAMETER_VALUE', `Cannot write '${path}': a file or folder is in the way.`)
  }
  if (hasCode(error, 'ENOSPC', 'EDQUOT')) {
    return new ClewError('TEMPORARILY_UNAVAILABLE', 'The disk is full.', { cause: error })
  }
  return error
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}
