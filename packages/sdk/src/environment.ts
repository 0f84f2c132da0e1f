import { TraceMetadataKey } from '@clew/model'

/** A variable of the process's environment; `undefined` when unset, empty, unreadable, or where there is none. */
export function readVariable(name: string): string | undefined {
  try {
    const value = typeof process === 'undefined' ? undefined : process.env?.[name]
    return value === '' ? undefined : value
  } catch {
    return undefined // Deno without --allow-env throws
  }
}

let metadata: ReadonlyMap<string, string> | undefined

/** Who ran what: the metadata MLflow's client puts on every trace. Read once per process. */
export function environmentMetadata(): ReadonlyMap<string, string> {
  metadata ??= readMetadata()
  return metadata
}

function readMetadata(): ReadonlyMap<string, string> {
  const found = new Map<string, string>([[TraceMetadataKey.sourceType, 'LOCAL']])
  // In the order of Python's getpass.getuser, which MLflow asks.
  const user =
    ['LOGNAME', 'USER', 'LNAME', 'USERNAME'].map(readVariable).find((name) => name !== undefined) ?? account()
  if (user !== undefined) found.set(TraceMetadataKey.environmentUser, user)
  const script = typeof process === 'undefined' ? undefined : process.argv?.[1]
  if (script !== undefined) found.set(TraceMetadataKey.sourceName, script)
  return found
}

/** The account the process runs under, which may have no name, in a container for instance. */
function account(): string | undefined {
  try {
    return process.getBuiltinModule?.('node:os').userInfo().username
  } catch {
    return undefined
  }
}
