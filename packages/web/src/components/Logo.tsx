/** A ball of thread, its end hanging out. */
export function Logo() {
  return (
    <svg viewBox="0 0 20 20" fill="none" aria-hidden="true">
      <circle cx="9" cy="9" r="7.25" stroke="currentColor" strokeWidth="1.5" />
      <path
        d="M3.2 6.2c4.2-1.7 8.6-.9 12.4 2.6M2 10.4c4-1.8 8.4-1 11.8 2.4M4.2 14c2.6-.9 4.9-.4 7 1.2M6.3 2.6c3.6-.3 6.8.8 9.2 3.5"
        stroke="currentColor"
        strokeWidth="1.25"
        strokeLinecap="round"
      />
      <path
        d="M14.1 14.2c1.8.2 2.4 1.5 1.7 2.6-.5.8-.2 1.7 1.2 1.9h1.5"
        stroke="var(--thread)"
        strokeWidth="1.5"
        strokeLinecap="round"
      />
    </svg>
  )
}
