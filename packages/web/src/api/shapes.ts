import type {
  AssessmentChip,
  ExperimentList,
  PayloadValue,
  SamplesLoaded,
  Skeleton,
  SpanPayload,
  TraceHeader,
  TraceList,
  TraceRow,
} from '@clew/model'
import type { Check } from './check.ts'

/** Readers of the answers of `@clew/model`'s UI API: a shape that is wrong throws and says where. */

export function readExperimentList(answer: Check): ExperimentList {
  const experiments = answer
    .at('experiments')
    .items()
    .map((item) => ({
      id: item.at('id').text(),
      name: item.at('name').text(),
      createdMs: item.at('createdMs').number(),
      traces: item.at('traces').number(),
      errors: item.at('errors').number(),
      ...optional('lastTraceMs', item.at('lastTraceMs').optionalNumber()),
    }))
  return { experiments }
}

export function readTraceList(answer: Check): TraceList {
  return {
    traces: answer.at('traces').items().map(readTraceRow),
    ...optional('cursor', answer.at('cursor').optionalText()),
  }
}

export function readTraceRow(item: Check): TraceRow {
  return {
    id: item.at('id').text(),
    experimentId: item.at('experimentId').text(),
    state: item.at('state').oneOf(['OK', 'ERROR', 'IN_PROGRESS', 'STATE_UNSPECIFIED']),
    startMs: item.at('startMs').number(),
    assessments: item.at('assessments').items().map(readAssessment),
    tags: item.at('tags').pairs((value) => value.text()),
    ...optional('name', item.at('name').optionalText()),
    ...optional('type', item.at('type').optionalText()),
    ...optional('durationMs', item.at('durationMs').optionalNumber()),
    ...optional('request', item.at('request').optionalText()),
    ...optional('response', item.at('response').optionalText()),
    ...optional('error', item.at('error').optionalText()),
    ...optional('inputTokens', item.at('inputTokens').optionalNumber()),
    ...optional('outputTokens', item.at('outputTokens').optionalNumber()),
    ...optional('totalTokens', item.at('totalTokens').optionalNumber()),
    ...optional('cost', item.at('cost').optionalNumber()),
    ...optional('session', item.at('session').optionalText()),
    ...optional('user', item.at('user').optionalText()),
  }
}

export function readTraceHeader(answer: Check): TraceHeader {
  return {
    ...readTraceRow(answer),
    experimentName: answer.at('experimentName').text(),
    metadata: answer.at('metadata').pairs((value) => value.text()),
    allTags: answer.at('allTags').pairs((value) => value.text()),
    spanCount: answer.at('spanCount').number(),
    ...optional('clientRequestId', answer.at('clientRequestId').optionalText()),
  }
}

export function readSkeleton(answer: Check): Skeleton {
  const count = answer.at('count').number()
  const column = (name: string) => answer.at(name).numbers(count)
  return {
    traceId: answer.at('traceId').text(),
    count,
    originNs: answer.at('originNs').text(),
    spanId: answer.at('spanId').texts(count),
    parent: column('parent'),
    name: column('name'),
    names: answer.at('names').texts(),
    type: column('type'),
    types: answer.at('types').texts(),
    status: column('status'),
    start: column('start'),
    duration: column('duration'),
    model: column('model'),
    models: answer.at('models').texts(),
    inputTokens: column('inputTokens'),
    outputTokens: column('outputTokens'),
    cost: column('cost'),
    exceptions: column('exceptions'),
  }
}

export function readSpanPayload(answer: Check): SpanPayload {
  const [inputs, outputs] = [answer.at('inputs'), answer.at('outputs')]
  return {
    traceId: answer.at('traceId').text(),
    spanId: answer.at('spanId').text(),
    name: answer.at('name').text(),
    type: answer.at('type').text(),
    startNs: answer.at('startNs').text(),
    status: answer.at('status').oneOf(['UNSET', 'OK', 'ERROR']),
    statusMessage: answer.at('statusMessage').text(),
    attributes: answer.at('attributes').pairs(readValue),
    events: answer
      .at('events')
      .items()
      .map((event) => ({
        name: event.at('name').text(),
        timeNs: event.at('timeNs').text(),
        attributes: event.at('attributes').pairs(readValue),
      })),
    links: answer
      .at('links')
      .items()
      .map((link) => ({ traceId: link.at('traceId').text(), spanId: link.at('spanId').text() })),
    ...optional('parentSpanId', answer.at('parentSpanId').optionalText()),
    ...optional('endNs', answer.at('endNs').optionalText()),
    ...(inputs.isAbsent ? {} : { inputs: readValue(inputs) }),
    ...(outputs.isAbsent ? {} : { outputs: readValue(outputs) }),
  }
}

export function readSamplesLoaded(answer: Check): SamplesLoaded {
  return { experimentId: answer.at('experimentId').text(), traces: answer.at('traces').number() }
}

function readAssessment(item: Check): AssessmentChip {
  return {
    name: item.at('name').text(),
    kind: item.at('kind').oneOf(['feedback', 'expectation', 'issue']),
    value: item.at('value').text(),
    ...optional('source', item.at('source').optionalText()),
    ...optional('rationale', item.at('rationale').optionalText()),
    ...optional('spanId', item.at('spanId').optionalText()),
  }
}

function readValue(value: Check): PayloadValue {
  return { json: value.at('json').text(), size: value.at('size').number() }
}

function optional<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: T }) // one key, just set
}
