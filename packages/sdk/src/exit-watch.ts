/** What to do when the process ends. */
export interface ExitWatcher {
  /** Nothing is left to do (Node's `beforeExit`). May start new work, and is called again when that is done. */
  finish(): void
  /** The process ends now: `process.exit()`, or an error nobody caught. Nothing asynchronous happens any more. */
  finishNow(): void
}

let watchers: readonly ExitWatcher[] = []
let isWatching = false

/**
 * Calls `watcher` when the process ends; never where there are no such events. One listener each however many watch.
 * Signals are left alone: a listener would change what they do. Returns how to stop watching.
 *
 * @param order `first` for what ends spans, before those that send them
 */
export function watchExit(watcher: ExitWatcher, order: 'first' | 'last'): () => void {
  if (!isWatching && typeof process !== 'undefined') {
    process.on?.('beforeExit', () => inTurn((each) => each.finish()))
    process.on?.('exit', () => inTurn((each) => each.finishNow()))
    isWatching = true
  }
  watchers = order === 'first' ? [watcher, ...watchers] : [...watchers, watcher]
  return () => {
    watchers = watchers.filter((each) => each !== watcher)
  }
}

/** Asks those too that begin to watch meanwhile: the first span of a program may end here. */
function inTurn(ask: (watcher: ExitWatcher) => void): void {
  for (let index = 0; index < watchers.length; index += 1) ask(watchers[index]!)
}
