import { useEffect, useRef } from 'react'

export type Shortcuts = Readonly<Record<string, (event: KeyboardEvent) => void>>

/**
 * Single keys for the whole page: `j`, `/`, `Shift+E`. Silent while the reader types, in a dialog or menu, and when
 * something nearer has taken the key.
 */
export function useShortcuts(shortcuts: Shortcuts): void {
  const current = useRef(shortcuts)
  current.current = shortcuts
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isElsewhere(event.target)) return
      const key = event.key.length === 1 && event.key !== '?' ? event.key.toLowerCase() : event.key
      const handler = current.current[event.shiftKey && event.key !== '?' ? `Shift+${key}` : key]
      if (handler === undefined) return
      event.preventDefault()
      handler(event)
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
}

function isElsewhere(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false
  return target.closest('input, textarea, select, [contenteditable="true"], [role="menu"], dialog') !== null
}
