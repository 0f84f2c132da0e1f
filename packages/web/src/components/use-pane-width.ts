import { useState } from 'react'
import { readPreference, writePreference } from './preference.ts'

/** A width the reader set, remembered in this browser; `undefined` until then, so that the style sheet decides. */
export function usePaneWidth(name: string): readonly [number | undefined, (width: number) => void] {
  const key = `clew.width.${name}`
  const [width, setWidth] = useState(() => {
    const stored = Number(readPreference(key))
    return Number.isFinite(stored) && stored > 0 ? stored : undefined
  })
  const change = (next: number) => {
    setWidth(next)
    writePreference(key, String(next))
  }
  return [width, change]
}
