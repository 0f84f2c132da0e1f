import { useEffect, useState } from 'react'

/** True once a condition has held for a while: what loads faster than this shows no placeholder at all. */
export function useDelayed(condition: boolean, delayMs = 150): boolean {
  const [isDue, setIsDue] = useState(false)
  useEffect(() => {
    if (!condition) {
      setIsDue(false)
      return
    }
    const timer = setTimeout(() => setIsDue(true), delayMs)
    return () => clearTimeout(timer)
  }, [condition, delayMs])
  return condition && isDue
}
