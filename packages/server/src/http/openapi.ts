import { type JsonValue, parseJson } from '@clew/model'
import { z } from 'zod'
import { jsonAnswer } from './answer.ts'
import { type Route, route } from './route.ts'

/** The route that serves the OpenAPI 3.1 document of the given rows and of itself. */
export function openApiRoute(table: readonly Route[]): Route {
  const self: Route = route({
    method: 'GET',
    paths: ['/openapi.json'],
    permission: 'public',
    summary: 'This document.',
    response: z.object({}),
    handler: ({ services }) => jsonAnswer(openApi([...table, self], services.version)),
  })
  return self
}

/** The OpenAPI 3.1 document. */
export function openApi(table: readonly Route[], version: string): JsonValue {
  const paths: Record<string, Record<string, JsonValue>> = Object.create(null)
  for (const row of table) {
    for (const path of row.paths) {
      const template = path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}')
      paths[template] = { ...paths[template], [row.method.toLowerCase()]: operation(row, path) }
    }
  }
  const description = 'Clew: MLflow Tracing over REST, OTLP/HTTP, and what the web app reads.'
  return { openapi: '3.1.0', info: { title: 'Clew', version, description }, paths, components }
}

const components: JsonValue = {
  schemas: {
    Error: {
      type: 'object',
      required: ['error_code', 'message'],
      properties: {
        error_code: { type: 'string' },
        message: { type: 'string' },
        help: { type: 'string' },
        request_id: { type: 'string' },
      },
    },
  },
}

function operation(row: Route, path: string): JsonValue {
  const inQuery = row.method === 'GET' || row.method === 'DELETE'
  const inBody = row.request !== undefined && row.method !== 'GET'
  return {
    summary: row.summary,
    'x-permission': row.permission,
    parameters: [...pathParameters(path), ...(inQuery ? queryParameters(row.request) : [])],
    ...(inBody && { requestBody: { content: { 'application/json': { schema: schemaOf(row.request) } } } }),
    ...(row.body === 'raw' && { requestBody: { content: { '*/*': {} } } }),
    responses: {
      200: { description: 'Success.', content: content(row.response) },
      default: {
        description: 'An error.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  }
}

function pathParameters(path: string): JsonValue[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
}

function queryParameters(request: z.ZodObject | undefined): JsonValue[] {
  return Object.entries(request?.shape ?? {}).map(([name, type]) => ({
    name,
    in: 'query',
    required: !z.safeParse(type as z.ZodType, undefined).success,
    schema: schemaOf(type as z.ZodType),
  }))
}

function content(response: z.ZodType | string): JsonValue {
  if (typeof response === 'string') return { [response]: {} }
  return { 'application/json': { schema: schemaOf(response) } }
}

/** What a client may send, so the input side of transforms; what JSON Schema cannot say is left open. */
function schemaOf(type: z.ZodType | undefined): JsonValue {
  if (type === undefined) return {}
  const { $schema, ...schema } = z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' })
  return parseJson(JSON.stringify(schema))
}
