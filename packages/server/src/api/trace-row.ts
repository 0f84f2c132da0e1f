import {
  type Assessment,
  type AssessmentChip,
  parseCost,
  parseTokenUsage,
  type TraceHeadline,
  type TraceInfo,
  TraceMetadataKey,
  type TraceRow,
  TraceTagKey,
  writeJson,
} from '@clew/model'

/** A trace as the list shows it. What is unknown is left out. */
export function traceRow(info: TraceInfo, headline: TraceHeadline | undefined): TraceRow {
  const usage = parseTokenUsage(info.traceMetadata.get(TraceMetadataKey.tokenUsage))
  return {
    id: info.traceId,
    experimentId: info.experimentId,
    state: info.state,
    startMs: info.requestTimeMs,
    ...known({
      name: info.tags.get(TraceTagKey.name),
      type: headline?.rootType,
      durationMs: info.executionDurationMs,
      request: info.requestPreview,
      response: info.responsePreview,
      error: headline?.failure,
      inputTokens: usage?.input,
      outputTokens: usage?.output,
      totalTokens: usage?.total,
      cost: parseCost(info.traceMetadata.get(TraceMetadataKey.cost))?.total,
      session: info.traceMetadata.get(TraceMetadataKey.session),
      user: info.traceMetadata.get(TraceMetadataKey.user),
    }),
    assessments: info.assessments.filter(({ valid }) => valid).map(assessmentChip),
    tags: [...info.tags].filter(([key]) => !key.startsWith('mlflow.')),
  }
}

/** The entries that are not `undefined`. */
export function known<T extends Record<string, unknown>>(entries: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const present = Object.entries(entries).filter(([, value]) => value !== undefined)
  return Object.fromEntries(present) as { [K in keyof T]?: Exclude<T[K], undefined> }
}

function assessmentChip(assessment: Assessment): AssessmentChip {
  const { content } = assessment
  const value = content.kind === 'issue' ? (content.issueName ?? null) : content.value
  return {
    name: assessment.name,
    kind: content.kind,
    value: writeJson(value),
    ...known({
      source: assessment.source?.sourceId,
      rationale: assessment.rationale,
      spanId: assessment.spanId,
    }),
  }
}
