import { type RefObject, useCallback, useEffect, useLayoutEffect, useState } from 'react'

/** Rows mounted above and below what can be seen. */
const OVERSCAN = 8

export interface RowWindow {
  /** Height of one row, from the scroller's custom property `--row-h`. */
  readonly rowHeight: number
  /** Rows to mount: `first` to `last - 1`. */
  readonly first: number
  readonly last: number
  /** How many rows fit the view, for the page keys. */
  readonly fitting: number
  /** Scrolls no further than needed for a row to be in full view; one far off lands a third down. */
  readonly reveal: (index: number) => void
}

/**
 * Which rows of a list of equal rows to mount: constant in number however many there are, and known without measuring
 * any. The scroller's style sets `--row-h`, and `--head-h` if something sticks to its top.
 */
export function useRowWindow(scroller: RefObject<HTMLElement | null>, count: number): RowWindow {
  const [rowHeight, setRowHeight] = useState(28)
  const [range, setRange] = useState({ first: 0, fitting: 40 })

  const update = useCallback(() => {
    const element = scroller.current
    if (element === null) return
    const height = pixels(element, '--row-h', 28)
    setRowHeight(height)
    const first = Math.max(0, Math.floor(element.scrollTop / height))
    const fitting = Math.max(1, Math.floor((element.clientHeight - pixels(element, '--head-h', 0)) / height))
    setRange((old) => (old.first === first && old.fitting === fitting ? old : { first, fitting }))
  }, [scroller])

  useEffect(() => {
    const element = scroller.current
    if (element === null) return
    const observer = new ResizeObserver(update)
    observer.observe(element)
    element.addEventListener('scroll', update, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', update)
    }
  }, [scroller, update])
  // biome-ignore lint/correctness/useExhaustiveDependencies: fewer rows can leave the view scrolled past the end.
  useLayoutEffect(update, [count, update])

  const reveal = useCallback(
    (index: number) => {
      const element = scroller.current
      if (element === null) return
      const height = pixels(element, '--row-h', 28)
      const view = element.clientHeight - pixels(element, '--head-h', 0)
      const top = index * height
      const above = element.scrollTop - top
      const below = top + height - (element.scrollTop + view)
      if (Math.max(above, below) > 2 * height) element.scrollTop = top - view / 3
      else if (above > 0) element.scrollTop = top
      else if (below > 0) element.scrollTop = top + height - view
      update()
    },
    [scroller, update],
  )

  const first = Math.max(0, Math.min(range.first - OVERSCAN, count))
  const last = Math.min(count, range.first + range.fitting + 1 + OVERSCAN)
  return { rowHeight, first, last, fitting: range.fitting, reveal }
}

function pixels(element: HTMLElement, property: string, otherwise: number): number {
  const value = Number.parseFloat(getComputedStyle(element).getPropertyValue(property))
  return Number.isNaN(value) ? otherwise : value
}
