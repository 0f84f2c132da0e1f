import { useEffect, useState } from 'react'
import { Icon, type IconProps } from './Icon.tsx'

export interface CopyButtonProps {
  /** A function when it is worked out at the click. */
  readonly text: string | (() => string)
  /** What is copied: "Copy trace id". */
  readonly label: string
  readonly icon?: IconProps['name']
  readonly className?: string
}

/** Copies, and says so in its own place for a moment. */
export function CopyButton({ text, label, icon = 'copy', className = 'icon-btn small' }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<'copied' | 'failed'>()
  useEffect(() => {
    if (outcome === undefined) return
    const timer = setTimeout(() => setOutcome(undefined), 1_500)
    return () => clearTimeout(timer)
  }, [outcome])
  const copy = () =>
    writeClipboard(typeof text === 'string' ? text : text()).then(
      () => setOutcome('copied'),
      () => setOutcome('failed'),
    )
  const shown = outcome === 'copied' ? 'square-check' : outcome === 'failed' ? 'triangle-alert' : icon
  const said = outcome === 'copied' ? 'Copied' : outcome === 'failed' ? 'Copying is not allowed here' : label
  return (
    <button type="button" className={className} aria-label={said} title={said} onClick={() => void copy()}>
      <Icon name={shown} />
    </button>
  )
}

/** The clipboard is there in secure contexts only; a server on another host without TLS has none. */
async function writeClipboard(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text)
  const area = document.createElement('textarea')
  area.value = text
  document.body.append(area)
  area.select()
  const isCopied = document.execCommand('copy')
  area.remove()
  if (!isCopied) throw new Error('copying was refused')
}
