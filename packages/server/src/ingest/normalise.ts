import {
  type Attributes,
  encodeJson,
  type JsonText,
  jsonString,
  readCost,
  readText,
  readTokenUsage,
  type Span,
  SpanKey,
  translate,
} from '@clew/model'
import { priceOf } from './price.ts'

/**
 * A span as it is stored: foreign vocabularies translated (what came is kept), `mlflow.traceRequestId` present
 * (MLflow's readers refuse a span without it), and priced when model and usage are known and the client sent no cost.
 */
export function normalise(span: Span): Span {
  const translated = translate(span)
  const additions = new Map<string, JsonText>()
  if (!translated.attributes.has(SpanKey.traceRequestId)) {
    additions.set(SpanKey.traceRequestId, jsonString(translated.traceId))
  }
  const cost = missingCost(translated.attributes)
  if (cost !== undefined) additions.set(SpanKey.cost, cost)
  if (additions.size === 0) return translated
  return { ...translated, attributes: new Map([...translated.attributes, ...additions]) }
}

function missingCost(attributes: Attributes): JsonText | undefined {
  if (!attributes.has(SpanKey.chatUsage) || readCost(attributes) !== undefined) return undefined
  const usage = readTokenUsage(attributes)
  const model = readText(attributes, SpanKey.model)
  if (usage === undefined || model === undefined || isGatewayModel(model)) return undefined
  const cost = priceOf(usage, model, readText(attributes, SpanKey.provider))
  return cost && encodeJson({ input_cost: cost.input, output_cost: cost.output, total_cost: cost.total })
}

/** A call through MLflow's gateway is priced there; pricing it here again would count it twice (as MLflow skips it). */
function isGatewayModel(model: string): boolean {
  return model.startsWith('gateway:/') || model.startsWith('endpoints:/')
}
