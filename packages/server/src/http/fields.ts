import { ClewError, invalidField, type JsonValue } from '@clew/model'
import { z } from 'zod'

/** A JSON object as `parseJson` makes it: without a prototype, so any key is only a key. */
export type JsonObject = { readonly [key: string]: JsonValue }

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A string that must be there and not be empty (protobuf cannot tell the two apart, so MLflow does not either). */
export const requiredText = z.string().min(1)

export const text = z.string()

/** An integer as protobuf's JSON has it: a number, or its decimal text. */
export const integer = z
  .custom<JsonValue>(isInteger)
  .transform(Number)
  .meta({ type: ['integer', 'string'], format: 'int64' })

/** `true` and `false`, also as text in any case: MLflow's client writes Python's `True` in queries. */
export const flag = z
  .custom<JsonValue>(isFlag, {
    error: ({ input }) => `Invalid boolean value: ${clip(String(input))}, must be 'true' or 'false'.`,
    params: { isSentence: true },
  })
  .transform((value) => String(value).toLowerCase() === 'true')
  .meta({ type: 'boolean' })

/** Any JSON, handed on as it came. */
export const json = z.custom<JsonValue>(() => true)

/** A JSON object with any keys, handed on as it came. */
export const object = z.custom<JsonObject>(isJsonObject).meta({ type: 'object' })

/** Tags the way experiments and old traces carry them. */
export const tagPairs = z
  .array(z.object({ key: text, value: text.nullish() }))
  .transform((pairs) => new Map(pairs.map(({ key, value }) => [key, value ?? ''])))

/**
 * Checks fields against a schema and throws `INVALID_PARAMETER_VALUE` in MLflow's words (`_validate_param_against_schema`).
 * `null` is the same as absent. A key nobody asked for is ignored; camelCase is taken for snake_case, as protobuf's JSON allows.
 */
export function readFields<Schema extends z.ZodObject>(schema: Schema, raw: JsonObject): z.output<Schema> {
  const known: Record<string, JsonValue> = Object.create(null)
  for (const name of Object.keys(schema.shape)) {
    const value = raw[name] ?? raw[camelCase(name)]
    if (value !== undefined && value !== null) known[name] = value
  }
  const parsed = schema.safeParse(known)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  if (issue?.code === 'custom' && issue.params?.['isSentence'] === true) {
    throw new ClewError('INVALID_PARAMETER_VALUE', issue.message)
  }
  const name = String(issue?.path[0] ?? 'body')
  throw invalid(name, known[name])
}

/** The answer to a field that is missing (`undefined`, or an empty text) or of the wrong type. */
export function invalid(name: string, value: JsonValue | undefined): ClewError {
  return invalidField(name, value === '' ? undefined : value)
}

function isInteger(value: unknown): boolean {
  if (typeof value === 'bigint') return true
  if (typeof value === 'number') return Number.isInteger(value)
  return typeof value === 'string' && /^-?\d{1,20}$/.test(value)
}

function isFlag(value: unknown): boolean {
  return typeof value === 'boolean' || (typeof value === 'string' && /^(true|false)$/i.test(value))
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function clip(shown: string): string {
  return shown.length > 200 ? `${shown.slice(0, 200)}…` : shown
}
