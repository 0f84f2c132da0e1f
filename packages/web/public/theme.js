// A file of its own, not inline, so that the page can forbid inline scripts.
try {
  document.documentElement.dataset.theme = localStorage.getItem('clew.theme') ?? ''
} catch {
  // Storage may be forbidden; then the system decides.
}
