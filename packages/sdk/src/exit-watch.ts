const watchers = new Set<() => void>()
let isWatching = false

/**
 * Calls `finish` when the process is about to end because nothing is left to do (Node's `beforeExit`); it may start
 * new work, and is called again when that is done. Where there is no such event, nothing happens. One listener however
 * many watch. Returns how to stop watching.
 */
export function watchExit(finish: () => void): () => void {
  if (!isWatching && typeof process !== 'undefined') {
    process.on?.('beforeExit', () => {
      for (const watcher of watchers) watcher()
    })
    isWatching = true
  }
  watchers.add(finish)
  return () => watchers.delete(finish)
}
