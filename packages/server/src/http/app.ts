import { type Context, Hono } from 'hono'
import { TrieRouter } from 'hono/router/trie-router'
import { pages } from '../pages/pages.ts'
import { routes } from '../routes.ts'
import type { Services } from '../services.ts'
import { rawFields } from './body.ts'
import { answerError, methodNotAllowedPage, notFoundPage } from './errors.ts'
import { readFields } from './fields.ts'
import type { Log } from './log.ts'
import { requestId } from './request-id.ts'
import type { Call, Method, Route } from './route.ts'
import { security } from './security.ts'

export interface ServerOptions extends Services {
  /** The built web app; without it the pages say how to build it. */
  readonly webDirectory: string | undefined
  /** Names under which the server may be asked besides this machine's and private addresses; `*` for any. */
  readonly allowedHosts: readonly string[]
  readonly log: Log
}

/** The whole server as one function from request to answer. */
export function createServer(options: ServerOptions): Hono {
  const app = new Hono()
  const page = pages(options.webDirectory)
  app.use(requestId(options.log))
  app.use(security({ allowedHosts: options.allowedHosts }))
  for (const route of routes) {
    for (const path of route.paths) app.on(route.method, path, (context) => answer(route, context, options))
  }
  const allowedMethods = methodsByPath(routes)
  app.notFound(async (context) => {
    const allow = allowedMethods(context.req.path)
    if (allow.length > 0) return methodNotAllowedPage(allow)
    return (await page(context)) ?? notFoundPage()
  })
  app.onError((error, context) => answerError(error, context, options.log))
  return app
}

async function answer(route: Route, context: Context, services: Services): Promise<Response> {
  const call: Call<unknown> = {
    services,
    context,
    params: context.req.param() as Record<string, string>,
    fields: await fieldsOf(route, context),
  }
  // The handler belongs to the schema its fields were read with; see `route`.
  return route.handler(call as Call<never>)
}

async function fieldsOf({ request, body, method }: Route, context: Context): Promise<unknown> {
  if (request === undefined || body === 'raw') return {}
  return readFields(request, await rawFields(context, method, request))
}

/** Answers which methods a path has, for a 405 that says so. */
function methodsByPath(table: readonly Route[]): (path: string) => readonly string[] {
  const router = new TrieRouter<Method>()
  for (const { method, paths } of table) {
    for (const path of paths) router.add('ALL', path, method)
  }
  return (path) => [...new Set(router.match('ALL', path)[0].map(([method]) => method))].sort()
}
