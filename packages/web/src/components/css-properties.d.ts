import 'react'

declare module 'react' {
  interface CSSProperties {
    /** Custom properties carry numbers from the data into the style sheet. */
    readonly [property: `--${string}`]: string | number | undefined
  }
}
