import { z } from 'zod'

/**
 * The answers of the UI API for the OpenAPI document. `model/src/api/ui.ts` is what both sides compile against; a test
 * checks real answers against these.
 */
const pair = z.tuple([z.string(), z.string()])
const optionalText = z.string().optional()
const optionalNumber = z.number().optional()

export const experimentListShape = z.strictObject({
  experiments: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      createdMs: z.number(),
      traces: z.number(),
      errors: z.number(),
      lastTraceMs: optionalNumber,
    }),
  ),
})

const chip = z.strictObject({
  name: z.string(),
  kind: z.enum(['feedback', 'expectation', 'issue']),
  value: z.string(),
  source: optionalText,
  rationale: optionalText,
  spanId: optionalText,
})

const row = z.strictObject({
  id: z.string(),
  experimentId: z.string(),
  name: optionalText,
  type: optionalText,
  state: z.enum(['OK', 'ERROR', 'IN_PROGRESS', 'STATE_UNSPECIFIED']),
  startMs: z.number(),
  durationMs: optionalNumber,
  request: optionalText,
  response: optionalText,
  error: optionalText,
  inputTokens: optionalNumber,
  outputTokens: optionalNumber,
  totalTokens: optionalNumber,
  cost: optionalNumber,
  session: optionalText,
  user: optionalText,
  assessments: z.array(chip),
  tags: z.array(pair),
})

export const traceListShape = z.strictObject({ traces: z.array(row), cursor: optionalText })

export const traceHeaderShape = row.extend({
  experimentName: z.string(),
  clientRequestId: optionalText,
  metadata: z.array(pair),
  allTags: z.array(pair),
  spanCount: z.number(),
})

const numbers = z.array(z.number())
const texts = z.array(z.string())

export const skeletonShape = z.strictObject({
  traceId: z.string(),
  count: z.number(),
  originNs: z.string(),
  spanId: texts,
  parent: numbers,
  name: numbers,
  names: texts,
  type: numbers,
  types: texts,
  status: numbers,
  start: numbers,
  duration: numbers,
  model: numbers,
  models: texts,
  inputTokens: numbers,
  outputTokens: numbers,
  cost: numbers,
  exceptions: numbers,
})

const payloadValue = z.strictObject({ json: z.string(), size: z.number() })
const attributes = z.array(z.tuple([z.string(), payloadValue]))

export const spanShape = z.strictObject({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: optionalText,
  name: z.string(),
  type: z.string(),
  startNs: z.string(),
  endNs: optionalText,
  status: z.enum(['UNSET', 'OK', 'ERROR']),
  statusMessage: z.string(),
  inputs: payloadValue.optional(),
  outputs: payloadValue.optional(),
  attributes,
  events: z.array(z.strictObject({ name: z.string(), timeNs: z.string(), attributes })),
  links: z.array(z.strictObject({ traceId: z.string(), spanId: z.string() })),
})

export const samplesShape = z.strictObject({ experimentId: z.string(), traces: z.number() })
