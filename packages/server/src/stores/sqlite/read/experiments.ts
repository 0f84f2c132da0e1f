import type { Experiment, ExperimentStatistics } from '@clew/model'
import { EXPERIMENT_COLUMNS, readExperimentRow } from '../rows/experiment-row.ts'
import { numberOf, optionalNumber, type Sql } from '../sql.ts'

export function findExperimentByName(sql: Sql, name: string): Experiment | undefined {
  const row = sql.get(`SELECT ${EXPERIMENT_COLUMNS} FROM experiments WHERE name = ?`, name)
  return row && readExperimentRow(row)
}

/** Counted from an index alone. */
export function experimentStatistics(sql: Sql): ExperimentStatistics[] {
  const rows = sql.all(`
    SELECT e.*, count(t.pk) AS traces, count(*) FILTER (WHERE t.state = 'ERROR') AS errors,
      max(t.request_time_ms) AS last_ms
    FROM experiments e LEFT JOIN traces t ON t.experiment_id = e.id
    WHERE e.stage = 'active' GROUP BY e.id ORDER BY e.id`)
  return rows.map((row) => ({
    experiment: readExperimentRow(row),
    traces: numberOf(row, 'traces'),
    errors: numberOf(row, 'errors'),
    lastTraceMs: optionalNumber(row, 'last_ms'),
  }))
}
