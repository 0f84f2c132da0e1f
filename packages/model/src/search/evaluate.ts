import type { Assessment } from '../assessment.ts'
import { TraceMetadataKey, TraceTagKey } from '../keys.ts'
import type { Span } from '../span.ts'
import type { TraceInfo } from '../trace.ts'
import { assessmentText } from './assessment-text.ts'
import type { Comparison, Field, Filter } from './ast.ts'
import { attributeText, spanContent, spanTypeOf } from './content.ts'
import { not, numberTest, textOf, textTest } from './match-text.ts'

/** One trace as a filter sees it. */
export interface SearchedTrace {
  readonly info: TraceInfo
  /** Runs the trace was linked to. */
  readonly runIds: ReadonlySet<string>
  /** Prompt versions (`name/version`) the trace was linked to. */
  readonly prompts: ReadonlySet<string>
  /**
   * Assessments about the session the trace is part of, whichever of its traces has them ({@link isSessionScoped}).
   * Asked only if the answer depends on them.
   */
  sessionAssessments(): readonly Assessment[]
  /** Asked only if the answer depends on them, then once per span condition. */
  spans(): Iterable<Span>
}

export type TraceTest = (trace: SearchedTrace) => boolean

/**
 * What a filter means: the reference for every store, and the test of candidates for those that cannot decide all of it
 * in a query. What is said on {@link Filter} holds; besides, NOT is the plain complement: a comparison with something absent
 * is false, and its negation true.
 *
 * Compile once, then test many: patterns are compiled here.
 */
export function traceTest(filter: Filter): TraceTest {
  switch (filter.type) {
    case 'or': {
      const tests = filter.operands.map(traceTest)
      return (trace) => tests.some((test) => test(trace))
    }
    case 'not': {
      const test = traceTest(filter.operand)
      return (trace) => !test(trace)
    }
    case 'and':
      return conjunctionTest(filter.operands)
    default:
      return comparisonTest(filter)
  }
}

/** A comparison that has to hold for the same span as its neighbours in an AND. */
export function isSpanComparison(filter: Filter): filter is Comparison {
  if (filter.type !== 'comparison') return false
  const { field } = filter
  return (
    field.entity === 'span' ||
    field.entity === 'span-attribute' ||
    (field.entity === 'attribute' && field.name === 'text')
  )
}

/** Whether one span satisfies one span comparison. */
export function spanTest(comparison: Comparison): (span: Span) => boolean {
  const { field } = comparison
  const test = textTest(comparison)
  if (field.entity === 'span-attribute') return attributeTest(comparison, field.key)
  if (field.entity !== 'span' || field.name === 'content') return (span) => test(spanContent(span))
  if (field.name === 'name') return (span) => test(span.name)
  if (field.name === 'type') return (span) => test(spanTypeOf(span))
  return (span) => test(span.status.code)
}

function conjunctionTest(operands: readonly Filter[]): TraceTest {
  const spanTests = operands.filter(isSpanComparison).map(spanTest)
  const tests = operands.filter((operand) => !isSpanComparison(operand)).map(traceTest)
  if (spanTests.length > 0) tests.push((trace) => someSpan(trace, (span) => spanTests.every((test) => test(span))))
  return (trace) => tests.every((test) => test(trace))
}

function comparisonTest(comparison: Comparison): TraceTest {
  const { field } = comparison
  if (isSpanComparison(comparison)) {
    const test = spanTest(comparison)
    return (trace) => someSpan(trace, test)
  }
  switch (field.entity) {
    case 'tag':
      return optionalTest(comparison, (info) => info.tags.get(field.key))
    case 'metadata':
      return metadataTest(comparison, field.key)
    case 'attribute':
      return attributeOfTraceTest(comparison, field.name)
    case 'issue':
      return issueTest(comparison, field.name)
    case 'feedback':
    case 'expectation':
      return assessmentTest(comparison, field)
    default:
      return () => false
  }
}

function attributeOfTraceTest(comparison: Comparison, name: (Field & { entity: 'attribute' })['name']): TraceTest {
  switch (name) {
    case 'timestamp_ms':
    case 'execution_time_ms':
    case 'end_time_ms': {
      const test = numberTest(comparison)
      return ({ info }) => {
        const number = numericAttribute(info, name)
        return number !== undefined && test(number)
      }
    }
    case 'status':
      return optionalTest(comparison, (info) => info.state)
    case 'request_id':
      return optionalTest(comparison, (info) => info.traceId)
    case 'client_request_id':
      return optionalTest(comparison, (info) => info.clientRequestId)
    case 'name':
      return optionalTest(comparison, (info) => info.tags.get(TraceTagKey.name))
    case 'run_id':
      return metadataTest(comparison, TraceMetadataKey.sourceRun)
    case 'prompt': {
      const prompt = textOf(comparison.value)
      return (trace) => trace.prompts.has(prompt)
    }
    case 'text':
      return () => false // a span comparison, answered before
  }
}

/** Milliseconds. A trace that has no duration yet ends when it starts. */
export function numericAttribute(
  info: TraceInfo,
  name: 'timestamp_ms' | 'execution_time_ms' | 'end_time_ms',
): number | undefined {
  if (name === 'timestamp_ms') return info.requestTimeMs
  if (name === 'execution_time_ms') return info.executionDurationMs
  return info.requestTimeMs + (info.executionDurationMs ?? 0)
}

function optionalTest(comparison: Comparison, read: (info: TraceInfo) => string | undefined): TraceTest {
  if (comparison.operator === 'IS NULL') return ({ info }) => read(info) === undefined
  if (comparison.operator === 'IS NOT NULL') return ({ info }) => read(info) !== undefined
  const test = textTest(comparison)
  return ({ info }) => {
    const text = read(info)
    return text !== undefined && test(text)
  }
}

/** A trace belongs to a run by metadata or by a link; only `=` asks for the link (MLflow, under both names). */
function metadataTest(comparison: Comparison, key: string): TraceTest {
  const test = optionalTest(comparison, (info) => info.traceMetadata.get(key))
  if (key !== TraceMetadataKey.sourceRun || comparison.operator !== '=') return test
  const runId = textOf(comparison.value)
  return (trace) => test(trace) || trace.runIds.has(runId)
}

function attributeTest(comparison: Comparison, key: string): (span: Span) => boolean {
  const isNegative = comparison.operator === '!=' || comparison.operator === 'NOT IN'
  const test = isNegative ? not(textTest(comparison)) : textTest(comparison)
  return (span) => {
    const json = span.attributes.get(key)
    if (json === undefined) return false
    const isFound = test(attributeText(json)) || test(json)
    return isFound !== isNegative
  }
}

function issueTest(comparison: Comparison, name: string): TraceTest {
  const test = textTest(comparison)
  return ({ info }) =>
    info.assessments.some(({ content, name: issueId }) => {
      const text = content.kind !== 'issue' ? undefined : name === 'id' ? issueId : content.issueName
      return text !== undefined && test(text)
    })
}

function assessmentTest(comparison: Comparison, field: Field & { entity: 'feedback' | 'expectation' }): TraceTest {
  const { operator } = comparison
  const isMeant = (each: Assessment) => each.valid && each.content.kind === field.entity && each.name === field.name
  const test = operator === 'IS NULL' || operator === 'IS NOT NULL' ? () => true : assessmentValueTest(comparison)
  const isFound = (each: Assessment) => isMeant(each) && test(each)
  const isThere = (trace: SearchedTrace) =>
    trace.info.assessments.some(isFound) || trace.sessionAssessments().some(isFound)
  return operator === 'IS NULL' ? (trace) => !isThere(trace) : isThere
}

function assessmentValueTest(comparison: Comparison): (assessment: Assessment) => boolean {
  const { operator, value } = comparison
  if (value.type === 'number') {
    const test = numberTest(comparison)
    return ({ content }) => content.kind !== 'issue' && isNumeric(content.value) && test(Number(content.value))
  }
  if (operator === '=' || operator === '!=') {
    const texts = [textOf(value), JSON.stringify(textOf(value)), `${textOf(value)}.0`]
    return (assessment) => {
      const isEqual = texts.includes(assessmentText(assessment) ?? '')
      return isEqual === (operator === '=')
    }
  }
  const test = textTest(comparison)
  return (assessment) => test(assessmentText(assessment) ?? '')
}

function isNumeric(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

function someSpan(trace: SearchedTrace, test: (span: Span) => boolean): boolean {
  for (const span of trace.spans()) if (test(span)) return true
  return false
}
