import type { Context } from 'hono'
import type { z } from 'zod'
import type { Services } from '../services.ts'

/**
 * What a caller must be allowed to do. `public` needs nothing; `read` sees traces; `write` changes them. Today every
 * caller that passes the host and origin checks has both; the column exists so that no route is ever added without
 * an answer to the question.
 */
export type Permission = 'public' | 'read' | 'write'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/**
 * One row of the route table. Every route of the server is one, and the OpenAPI document is made from them.
 *
 * Fields of a request are read from the query (`GET`), from the JSON body (`POST`, `PUT`, `PATCH`), or from both
 * (`DELETE`: MLflow's client sends a body, its UI a query), and handed to `handler` checked against `request`.
 */
export interface Route {
  readonly method: Method
  /** Hono patterns: `:name` for one segment, `:name{.+}` for the rest. */
  readonly paths: readonly string[]
  readonly permission: Permission
  /** One sentence for the OpenAPI document. */
  readonly summary: string
  readonly request: z.ZodObject | undefined
  /** `json` routes read their fields as said above; `raw` handlers read the body themselves. */
  readonly body: 'json' | 'raw'
  /** Shape of the 200 answer, or its media type when it is not JSON. */
  readonly response: z.ZodType | string
  readonly handler: Handler
}

export type Handler = (call: Call<never>) => Promise<Response> | Response

/** One request on its way through a handler. */
export interface Call<Fields> {
  readonly services: Services
  readonly context: Context
  readonly params: Readonly<Record<string, string>>
  readonly fields: Fields
}

/** A row as it is written; the fields the handler gets have the type of `request`. */
export interface RouteDefinition<Request extends z.ZodObject> {
  readonly method: Method
  readonly paths: readonly string[]
  readonly permission: Permission
  readonly summary: string
  readonly request?: Request
  readonly body?: 'json' | 'raw'
  readonly response: z.ZodType | string
  readonly handler: (call: Call<z.output<Request>>) => Promise<Response> | Response
}

export function route<Request extends z.ZodObject>(definition: RouteDefinition<Request>): Route {
  return {
    ...definition,
    request: definition.request,
    body: definition.body ?? 'json',
    // Sound because `dispatch` parses with this row's own schema before it calls the handler.
    handler: definition.handler as Handler,
  }
}

/** Where an MLflow route is served: for clients under `/api`, for web pages under `/ajax-api`. */
export function mlflowPaths(path: string, ...versions: readonly ('2.0' | '3.0')[]): string[] {
  return versions.flatMap((version) => [`/api/${version}${path}`, `/ajax-api/${version}${path}`])
}
