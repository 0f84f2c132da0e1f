import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { asFailure } from './api/failure.ts'
import { readDeepLink } from './logic/deep-link.ts'
import { makeRouter } from './router.tsx'
import './styles/index.css'

/** What the server refused stays refused; only silence and its own faults are worth a second try. */
function shouldRetry(failures: number, error: Error): boolean {
  const { status } = asFailure(error)
  return failures < 1 && (status === 0 || status >= 500)
}

const deepLink = readDeepLink(location.hash)
if (deepLink !== undefined) history.replaceState(null, '', deepLink)

const queries = new QueryClient({ defaultOptions: { queries: { retry: shouldRetry, refetchOnWindowFocus: true } } })
const router = makeRouter()

// A link of MLflow's pasted over an open page changes the hash only.
addEventListener('hashchange', () => {
  const path = readDeepLink(location.hash)
  if (path !== undefined) void router.navigate({ to: path, replace: true })
})

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no element with the id root')
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)
