import { constants } from 'node:fs'
import { access, mkdir } from 'node:fs/promises'
import { ClewError } from '@clew/model'

/**
 * Makes the folder for everything that is kept, if it is not there, and finds out early whether it can be used. Throws
 * `INVALID_PARAMETER_VALUE` with a sentence for the operator.
 */
export async function prepareDataDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true })
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    const message = `The data folder ${directory} cannot be used: ${reasonOf(cause)}. Choose another with --data or CLEW_DATA.`
    throw new ClewError('INVALID_PARAMETER_VALUE', message, { cause })
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return reasons.get(code) ?? (error instanceof Error ? error.message : String(error))
}

const reasons = new Map([
  ['EEXIST', 'it is a file'],
  ['ENOTDIR', 'a file stands where one of its folders should be'],
  ['EACCES', 'this user may not write there'],
  ['EPERM', 'this user may not write there'],
  ['EROFS', 'its disk is read-only'],
  ['ENOSPC', 'its disk is full'],
])
