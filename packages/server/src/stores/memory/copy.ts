import type { Assessment, AssessmentContent, Attributes, Experiment, JsonValue, Span, TraceInfo } from '@clew/model'

/** Copies of what goes in and out, so that nobody can change what the store keeps. */

export function copySpan(span: Span): Span {
  return {
    ...span,
    status: { ...span.status },
    attributes: copyAttributes(span.attributes),
    events: span.events.map((event) => ({ ...event, attributes: copyAttributes(event.attributes) })),
    links: span.links.map((link) => ({ ...link, attributes: copyAttributes(link.attributes) })),
  }
}

export function copyInfo(info: TraceInfo): TraceInfo {
  return {
    ...info,
    traceMetadata: new Map(info.traceMetadata),
    tags: new Map(info.tags),
    assessments: info.assessments.map(copyAssessment),
  }
}

export function copyAssessment(assessment: Assessment): Assessment {
  return {
    ...assessment,
    source: assessment.source && { ...assessment.source },
    content: copyContent(assessment.content),
    metadata: new Map(assessment.metadata),
  }
}

export function copyExperiment(experiment: Experiment): Experiment {
  return { ...experiment, tags: new Map(experiment.tags) }
}

function copyContent(content: AssessmentContent): AssessmentContent {
  switch (content.kind) {
    case 'feedback':
      return { ...content, value: copyJson(content.value), error: content.error && { ...content.error } }
    case 'expectation':
      return { ...content, value: copyJson(content.value) }
    case 'issue':
      return { ...content }
  }
}

/** Depth is bounded by whoever parsed the value. */
function copyJson(value: JsonValue): JsonValue {
  if (value === null || typeof value !== 'object') return value
  if (isList(value)) return value.map(copyJson)
  const copy: Record<string, JsonValue> = Object.create(null)
  for (const [key, item] of Object.entries(value)) copy[key] = copyJson(item)
  return copy
}

function isList(value: object): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function copyAttributes(attributes: Attributes): Attributes {
  return new Map(attributes)
}
