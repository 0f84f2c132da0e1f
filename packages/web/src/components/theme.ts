import { useState } from 'react'
import { writePreference } from './preference.ts'

export type Theme = 'system' | 'light' | 'dark'

const STORAGE_KEY = 'clew.theme'
const NEXT: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' }

/** The reader's choice, and the step to the next: system, light, dark. `public/theme.js` applies it before the first paint. */
export function useTheme(): readonly [Theme, () => void] {
  const [theme, setTheme] = useState<Theme>(readTheme)
  const step = () => {
    const next = NEXT[theme]
    document.documentElement.dataset.theme = next === 'system' ? '' : next
    writePreference(STORAGE_KEY, next === 'system' ? '' : next)
    setTheme(next)
  }
  return [theme, step]
}

function readTheme(): Theme {
  const { theme } = document.documentElement.dataset
  return theme === 'light' || theme === 'dark' ? theme : 'system'
}
