import type { DatabaseSync } from 'node:sqlite'
import type {
  Assessment,
  AssessmentPatch,
  Experiment,
  LifecycleStage,
  NewExperiment,
  SpanBatch,
  TraceInfo,
  TraceSelection,
} from '@clew/model'
import type { ExportOutcome, ExportRequest } from '../../../ingest/ingest.ts'
import { readExport } from '../../../ingest/read-export.ts'
import { Sql } from '../sql.ts'
import { createAssessment, deleteAssessment, updateAssessment } from './assessments.ts'
import {
  createExperiment,
  deleteExperimentTag,
  renameExperiment,
  setExperimentStage,
  setExperimentTag,
} from './experiments.ts'
import { linkPrompts, linkTracesToRun } from './links.ts'
import { writeSpans } from './spans.ts'
import { deleteSomeTraces, deleteTraceTag, setTraceTag, upsertTraceInfo } from './traces.ts'
import { WriterMemory } from './writer-memory.ts'

/** What the writer thread does. Each call runs inside a transaction that others share, and is undone alone if it fails. */
export type WriterMethods = {
  submitExport(request: ExportRequest): ExportOutcome
  writeSpans(batch: SpanBatch): void
  upsertTraceInfo(info: TraceInfo): TraceInfo
  setTraceTag(traceId: string, key: string, value: string): void
  deleteTraceTag(traceId: string, key: string): void
  deleteSomeTraces(selection: TraceSelection, limit: number): number
  linkTracesToRun(traceIds: readonly string[], runId: string): void
  linkPrompts(traceId: string, promptVersions: readonly string[]): void
  createExperiment(experiment: NewExperiment): Experiment
  renameExperiment(experimentId: string, name: string): void
  setExperimentStage(experimentId: string, stage: LifecycleStage): void
  setExperimentTag(experimentId: string, key: string, value: string): void
  deleteExperimentTag(experimentId: string, key: string): void
  createAssessment(assessment: Assessment): Assessment
  updateAssessment(traceId: string, assessmentId: string, patch: AssessmentPatch): Assessment
  deleteAssessment(traceId: string, assessmentId: string): void
}

export interface Writer {
  readonly methods: WriterMethods
  readonly memory: WriterMemory
}

export function createWriter(database: DatabaseSync): Writer {
  const sql = new Sql(database)
  const memory = new WriterMemory(sql)
  return {
    memory,
    methods: {
      submitExport(request) {
        const { rejected, reason, ...batch } = readExport(request)
        writeSpans(sql, memory, batch)
        return { accepted: batch.spans.length, rejected, reason }
      },
      writeSpans: (batch) => writeSpans(sql, memory, batch),
      upsertTraceInfo: (info) => upsertTraceInfo(sql, info),
      setTraceTag: (traceId, key, value) => setTraceTag(sql, traceId, key, value),
      deleteTraceTag: (traceId, key) => deleteTraceTag(sql, traceId, key),
      deleteSomeTraces: (selection, limit) => deleteSomeTraces(sql, memory.digests, selection, limit),
      linkTracesToRun: (traceIds, runId) => linkTracesToRun(sql, traceIds, runId),
      linkPrompts: (traceId, promptVersions) => linkPrompts(sql, traceId, promptVersions),
      createExperiment: (experiment) => createExperiment(sql, experiment),
      renameExperiment: (experimentId, name) => renameExperiment(sql, experimentId, name),
      setExperimentStage: (experimentId, stage) => setExperimentStage(sql, experimentId, stage),
      setExperimentTag: (experimentId, key, value) => setExperimentTag(sql, experimentId, key, value),
      deleteExperimentTag: (experimentId, key) => deleteExperimentTag(sql, experimentId, key),
      createAssessment: (assessment) => createAssessment(sql, assessment),
      updateAssessment: (traceId, assessmentId, patch) => updateAssessment(sql, { traceId, assessmentId, patch }),
      deleteAssessment: (traceId, assessmentId) => deleteAssessment(sql, traceId, assessmentId),
    },
  }
}
