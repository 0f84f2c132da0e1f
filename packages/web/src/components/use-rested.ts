import { useEffect, useRef, useState } from 'react'

/** A value once it has rested: the first change is let through at once, those that follow fast wait for the last. */
export function useRested<T>(value: T, restMs: number): T {
  const [rested, setRested] = useState(value)
  const changedAt = useRef(0)
  useEffect(() => {
    const now = performance.now()
    const isFirst = now - changedAt.current > restMs
    changedAt.current = now
    if (isFirst) {
      setRested(value)
      return
    }
    const timer = setTimeout(() => setRested(value), restMs)
    return () => clearTimeout(timer)
  }, [value, restMs])
  return rested
}
