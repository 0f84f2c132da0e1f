import type { SQLInputValue, StatementSync } from 'node:sqlite'
import {
  type Experiment,
  readText,
  type Span,
  type SpanBatch,
  type SpanDigest,
  type SpanFacts,
  SpanKey,
  skeletonRow,
  spanFacts,
} from '@clew/model'
import { existingExperiment } from '../rows/experiment-row.ts'
import { packPayload } from '../rows/payload.ts'
import { statusNumber } from '../rows/span-row.ts'
import { numberOf, type Sql } from '../sql.ts'
import { linkRun } from './links.ts'
import { findRecord, newRecord, saveRecord } from './trace-records.ts'
import type { WriterMemory } from './writer-memory.ts'

/** Stores a batch. Runs inside a transaction whose failure undoes all of it; see {@link WriterMemory.undo}. */
export function writeSpans(sql: Sql, { digests, attributeKeys }: WriterMemory, batch: SpanBatch): void {
  const statements = prepareStatements(sql)
  let experiment: Experiment | undefined
  for (const [traceId, spans] of Map.groupBy(batch.spans, (span) => span.traceId)) {
    let record = findRecord(sql, traceId)
    if (record === undefined) {
      experiment ??= existingExperiment(sql, batch.experimentId)
      record = newRecord(sql, traceId, experiment)
    }
    const { pk, parts } = record
    const digest = parts.spans.count === 0 ? digests.create(pk) : digests.take(pk, traceId)
    for (const span of spans) {
      writeSpan(statements, { trace: pk, span, digest })
      attributeKeys.note(span.attributes)
    }
    const tags = batch.traceTags.get(traceId)
    const resourceTags = tags === undefined ? parts.resourceTags : new Map([...parts.resourceTags, ...tags])
    saveRecord(sql, { ...record, parts: { ...parts, spans: digest.read(), resourceTags } })
    digests.keep(pk, digest)
    const hasRoot = spans.some((span) => span.parentSpanId === undefined)
    if (batch.runId !== undefined && hasRoot) linkRun(sql, traceId, batch.runId)
  }
}

interface SpanStatements {
  readonly insertPayload: StatementSync
  readonly insertSpan: StatementSync
  readonly updatePayload: StatementSync
  readonly updateSpan: StatementSync
  readonly findPayload: StatementSync
}

function prepareStatements(sql: Sql): SpanStatements {
  return {
    insertPayload: sql.prepare(
      'INSERT INTO payloads (attributes, cuts, status_message, events, links) VALUES (?, ?, ?, ?, ?)',
    ),
    insertSpan: sql.prepare(
      `INSERT INTO spans (trace, span_id, payload, parent_id, name, type, status, start_ns, duration_ns, model,
         input_tokens, output_tokens, cost, exceptions, is_notable, provider, input_cost, output_cost)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    updatePayload: sql.prepare(
      'UPDATE payloads SET attributes = ?, cuts = ?, status_message = ?, events = ?, links = ? WHERE id = ?',
    ),
    updateSpan: sql.prepare(
      `UPDATE spans SET parent_id = ?, name = ?, type = ?, status = ?, start_ns = ?, duration_ns = ?, model = ?,
         input_tokens = ?, output_tokens = ?, cost = ?, exceptions = ?, is_notable = ?, provider = ?, input_cost = ?,
         output_cost = ? WHERE trace = ? AND span_id = ?`,
    ),
    findPayload: sql.prepare('SELECT payload FROM spans WHERE trace = ? AND span_id = ?'),
  }
}

/** The digest knows every span of the trace, so a new span costs no look-up. */
function writeSpan(
  statements: SpanStatements,
  { trace, span, digest }: { trace: number; span: Span; digest: SpanDigest },
): void {
  const facts = spanFacts(span)
  const columns = columnsOf(span, facts)
  const { attributes, cuts, statusMessage, events, links } = packPayload(span)
  if (digest.has(span.spanId)) {
    const row = statements.findPayload.get(trace, span.spanId)
    if (row === undefined) throw new Error('A span that was written is not in the file')
    statements.updatePayload.run(attributes, cuts, statusMessage, events, links, numberOf(row, 'payload'))
    statements.updateSpan.run(...columns, trace, span.spanId)
  } else {
    const payload = statements.insertPayload.run(attributes, cuts, statusMessage, events, links).lastInsertRowid
    statements.insertSpan.run(trace, span.spanId, payload, ...columns)
  }
  digest.add(facts)
}

function columnsOf(span: Span, facts: SpanFacts): SQLInputValue[] {
  const row = skeletonRow(span)
  const { endTimeNs, startTimeNs } = span
  return [
    row.parentSpanId ?? null,
    row.name,
    row.type,
    statusNumber(row.status),
    startTimeNs,
    endTimeNs === undefined ? null : endTimeNs - startTimeNs,
    row.model ?? null,
    row.inputTokens ?? null,
    row.outputTokens ?? null,
    row.cost ?? null,
    row.exceptions,
    isNotable(facts) ? 1 : 0,
    readText(span.attributes, SpanKey.provider) ?? null,
    facts.cost?.input ?? null,
    facts.cost?.output ?? null,
  ]
}

/** Whether the trace cannot be summed up again without this span's payload. */
function isNotable(facts: SpanFacts): boolean {
  const { root, usage, cost, sessionId, userId, failure } = facts
  return [root, usage, cost, sessionId, userId, failure].some((fact) => fact !== undefined)
}
