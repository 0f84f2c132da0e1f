import { SpanKey } from '../keys.ts'
import { spanTypeOf } from '../search/content.ts'
import type { Attributes, Span, SpanStatusCode } from '../span.ts'
import type { Cost, TokenUsage } from '../usage.ts'
import { failureOf } from './failure.ts'
import { previewOf } from './preview.ts'
import { readCost, readTokenUsage } from './usage.ts'

/**
 * All that the info of a trace depends on in one of its spans. A store keeps these beside the span, so that a trace
 * can be summed up again without reading a payload.
 */
export interface SpanFacts {
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly startTimeNs: bigint
  readonly endTimeNs: bigint | undefined
  readonly usage: TokenUsage | undefined
  readonly cost: Cost | undefined
  readonly sessionId: string | undefined
  readonly userId: string | undefined
  /** What it says of its failure; absent on a span that did not fail, or says nothing. */
  readonly failure: string | undefined
  /** Present on a span without a parent. */
  readonly root: RootFacts | undefined
}

export interface RootFacts {
  readonly name: string
  /** `UNKNOWN` when the span says nothing. */
  readonly type: string
  readonly status: SpanStatusCode
  readonly requestPreview: string | undefined
  readonly responsePreview: string | undefined
  /** From attributes `mlflow.traceTag.<key>`. */
  readonly tags: ReadonlyMap<string, string>
}

/** Session and user ids are cut to the length of MLflow's column. Characters. */
const ID_LENGTH = 250
/** As in MLflow; a longer tag key is left out, a longer value or name is cut. Characters. */
const TAG_KEY_LENGTH = 250
const TAG_VALUE_LENGTH = 8000
const NAME_LENGTH = 4096
const TYPE_LENGTH = 250
/** What MLflow allows in the key of a tag. */
const TAG_KEY = /^[/\w.\- :]+$/

/** Where OpenTelemetry's GenAI conventions keep the session. */
const CONVERSATION_ID = 'gen_ai.conversation.id'

export function spanFacts(span: Span): SpanFacts {
  const { attributes } = span
  return {
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    startTimeNs: span.startTimeNs,
    endTimeNs: span.endTimeNs,
    usage: readTokenUsage(attributes),
    cost: readCost(attributes),
    sessionId: idOf(attributes, SpanKey.sessionId) ?? idOf(attributes, CONVERSATION_ID),
    userId: idOf(attributes, SpanKey.userId),
    failure: failureOf(span),
    root: span.parentSpanId === undefined ? rootFacts(span) : undefined,
  }
}

function rootFacts(span: Span): RootFacts {
  const inputs = span.attributes.get(SpanKey.inputs)
  const outputs = span.attributes.get(SpanKey.outputs)
  return {
    name: span.name.slice(0, NAME_LENGTH),
    type: spanTypeOf(span).slice(0, TYPE_LENGTH),
    status: span.status.code,
    requestPreview: inputs === undefined ? undefined : previewOf(inputs, 'user'),
    responsePreview: outputs === undefined ? undefined : previewOf(outputs, 'assistant'),
    tags: tagsOf(span.attributes),
  }
}

function tagsOf(attributes: Attributes): Map<string, string> {
  const tags = new Map<string, string>()
  for (const [name, json] of attributes) {
    if (!name.startsWith(SpanKey.traceTagPrefix)) continue
    const key = name.slice(SpanKey.traceTagPrefix.length)
    if (key.length > TAG_KEY_LENGTH || !TAG_KEY.test(key)) continue
    tags.set(key, plainText(json).slice(0, TAG_VALUE_LENGTH))
  }
  return tags
}

function idOf(attributes: Attributes, key: string): string | undefined {
  const json = attributes.get(key)
  if (json === undefined || json === 'null') return undefined
  return plainText(json).slice(0, ID_LENGTH) || undefined
}

/** A JSON string without its quotes, anything else as its JSON text: how MLflow turns an attribute into a tag. */
function plainText(json: string): string {
  if (!json.startsWith('"')) return json
  try {
    return String(JSON.parse(json))
  } catch {
    return json
  }
}
