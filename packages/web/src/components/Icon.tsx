import { type IconName, icons } from './icons.ts'

/** All icons once in the page; {@link Icon} refers to them, so that a row costs one element. */
export function IconSprite() {
  const symbols = Object.entries(icons).map(
    ([name, paths]) => `<symbol id="i-${name}" viewBox="0 0 24 24">${paths}</symbol>`,
  )
  // biome-ignore lint/security/noDangerouslySetInnerHtml: the markup is a constant of this package.
  return <svg className="sprite" aria-hidden="true" dangerouslySetInnerHTML={{ __html: symbols.join('') }} />
}

export interface IconProps {
  readonly name: IconName
  /** 16, 14 or 12 px. */
  readonly size?: 'm' | 's' | 'xs'
  /** Said by a screen reader; without it the icon is decoration. */
  readonly label?: string
  readonly className?: string
}

export function Icon({ name, size = 's', label, className = '' }: IconProps) {
  const classes = `i ${size === 'm' ? '' : size} ${className}`
  const use = <use href={`#i-${name}`} />
  if (label === undefined) {
    return (
      <svg className={classes} aria-hidden="true">
        {use}
      </svg>
    )
  }
  return (
    <svg className={classes} role="img" aria-label={label}>
      {use}
    </svg>
  )
}
