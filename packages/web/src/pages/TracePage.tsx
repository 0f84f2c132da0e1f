export function TracePage() {
  return <main id="main" />
}
