import { asFailure } from '../api/failure.ts'
import { Icon } from './Icon.tsx'

export interface BannerProps {
  readonly error: Error
  /** What is still on screen, such as "Showing the last answer." */
  readonly consequence?: string
  readonly onRetry?: () => void
}

/** A failure of ours: what happened, what to do, the id to look for in the log. */
export function Banner({ error, consequence, onRetry }: BannerProps) {
  const { message, help, requestId } = asFailure(error)
  return (
    <div className="banner" role="alert">
      <Icon name="triangle-alert" />
      <span className="grow">
        <b>{message}</b> {help} {consequence} {requestId === undefined ? null : <code>{requestId}</code>}
      </span>
      {onRetry === undefined ? null : (
        <button type="button" className="btn" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  )
}
