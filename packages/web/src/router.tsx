import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { Shell } from './components/Shell.tsx'
import { ExperimentsPage } from './pages/ExperimentsPage.tsx'
import { HomePage } from './pages/HomePage.tsx'
import { NotFoundPage } from './pages/NotFoundPage.tsx'
import { TraceResolver } from './pages/TraceResolver.tsx'
import { TracesPage } from './pages/TracesPage.tsx'

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage })

const homeRoute = createRoute({ getParentRoute: () => rootRoute, path: '/', component: HomePage })

const experimentsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/experiments',
  component: ExperimentsPage,
})

const experimentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/experiments/$experimentId',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/experiments/$experimentId/traces', params })
  },
})

const tracesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/experiments/$experimentId/traces',
  validateSearch: (search: Record<string, unknown>): { q?: string } => pick(search, 'q'),
  component: TracesPage,
})

/** Its own chunk: the list does not pay for markdown, chat and JSON. */
const traceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/experiments/$experimentId/traces/$traceId',
  validateSearch: (search: Record<string, unknown>): { span?: string } => pick(search, 'span'),
  component: lazyRouteComponent(() => import('./pages/TracePage.tsx'), 'TracePage'),
})

const resolverRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/traces/$traceId',
  validateSearch: (search: Record<string, unknown>): { span?: string } => pick(search, 'span'),
  component: TraceResolver,
})

export function makeRouter() {
  const routeTree = rootRoute.addChildren([
    homeRoute,
    experimentsRoute,
    experimentRoute,
    tracesRoute,
    traceRoute,
    resolverRoute,
  ])
  return createRouter({ routeTree, parseSearch, stringifySearch, defaultPreload: false })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}

/** Search parameters are plain texts: a span id of sixteen digits must not become a number. */
function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search))
}

function stringifySearch(search: Record<string, unknown>): string {
  const entries = Object.entries(search).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return entries.length === 0 ? '' : `?${new URLSearchParams(entries)}`
}

function pick<K extends string>(search: Record<string, unknown>, key: K): { [P in K]?: string } {
  const value = search[key]
  return typeof value === 'string' && value !== '' ? ({ [key]: value } as { [P in K]: string }) : {} // one key, just set
}
