import { describe, expect, it } from 'vitest'
import { ClewError } from '../errors.ts'
import { MAX_METRIC_FILTER_LENGTH, parseMetricFilter } from './parse-metric-filter.ts'
import { type MetricRequest, parseMetricQuery } from './parse-metric-query.ts'

const REQUEST: MetricRequest = {
  experimentIds: ['1'],
  view: 'TRACES',
  metric: 'latency',
  aggregations: [{ type: 'AVG', percentile: undefined }],
  dimensions: [],
  filters: [],
  startMs: undefined,
  endMs: undefined,
  intervalSeconds: undefined,
  limit: 1000,
}

describe('parseMetricQuery', () => {
  it('sorts filters into those of the trace and those of what is measured', () => {
    const query = parseMetricQuery({
      ...REQUEST,
      view: 'SPANS',
      filters: ["trace.tag.team.red = 'x'", "span.type = 'TOOL'", "trace.status = 'OK'", "trace.metadata.`a b` = 'y'"],
      startMs: 1,
      endMs: 2,
      intervalSeconds: 60,
    })
    const equals = (field: object, text: string) => ({
      type: 'comparison',
      field,
      operator: '=',
      value: { type: 'text', text },
    })
    expect(query).toEqual({
      experimentIds: ['1'],
      measure: { view: 'SPANS', metric: 'latency' },
      aggregations: [{ type: 'AVG' }],
      dimensions: [],
      filter: {
        type: 'and',
        operands: [
          equals({ entity: 'tag', key: 'team.red' }, 'x'),
          equals({ entity: 'attribute', name: 'status' }, 'OK'),
          equals({ entity: 'metadata', key: 'a b' }, 'y'),
        ],
      },
      rowFilters: [{ field: 'span_type', text: 'TOOL' }],
      startMs: 1,
      endMs: 2,
      intervalMs: 60_000,
      limit: 1000,
    })
  })

  it('takes what is asked for twice once, and an interval of 0 for none', () => {
    const twice = [
      { type: 'AVG', percentile: undefined },
      { type: 'PERCENTILE', percentile: 95 },
    ] as const
    const query = parseMetricQuery({
      ...REQUEST,
      aggregations: [...twice, ...twice, { type: 'PERCENTILE', percentile: 50 }],
      dimensions: ['trace_name', 'trace_name'],
      intervalSeconds: 0,
    })
    expect(query.aggregations).toEqual([
      { type: 'AVG' },
      { type: 'PERCENTILE', percentile: 95 },
      { type: 'PERCENTILE', percentile: 50 },
    ])
    expect(query.dimensions).toEqual(['trace_name'])
    expect(query.intervalMs).toBeUndefined()
  })

  const percentile = (value: number | undefined) => ({
    aggregations: [{ type: 'PERCENTILE' as const, percentile: value }],
  })
  it.each<[Partial<MetricRequest>, string]>([
    // Recorded from a stock MLflow 3.17.2 server.
    [
      { metric: 'nope' },
      "metric_name must be one of ['trace_count', 'session_count', 'latency', 'input_tokens', 'output_tokens', 'total_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'], got 'nope'",
    ],
    [{ view: 'ASSESSMENTS' }, "metric_name must be one of ['assessment_count', 'assessment_value'], got 'latency'"],
    [
      { view: 'SPANS', metric: 'constructor' },
      "metric_name must be one of ['span_count', 'latency', 'input_cost', 'output_cost', 'total_cost'], got 'constructor'",
    ],
    [
      { aggregations: (['SUM', 'COUNT', 'SUM'] as const).map((type) => ({ type, percentile: undefined })) },
      "Found invalid aggregation_type(s): ['COUNT', 'SUM']. Supported aggregation types: ['AVG', 'MAX', 'MIN', 'PERCENTILE']",
    ],
    [
      { dimensions: ['y', 'trace_name', 'x'] },
      "Found invalid dimension(s): ['x', 'y']. Supported dimensions: ['trace_name']",
    ],
    [{ intervalSeconds: 60, startMs: 1 }, 'start_time_ms and end_time_ms are required if time_interval_seconds is set'],
    // MLflow answers these, or fails.
    [{ aggregations: [] }, 'A query needs at least one of aggregations.'],
    [percentile(undefined), "percentile_value is required for aggregation_type 'PERCENTILE'"],
    [percentile(101), 'percentile_value must be between 0 and 100, got 101'],
    [percentile(-0.5), 'percentile_value must be between 0 and 100, got -0.5'],
    [percentile(Number.NaN), 'percentile_value must be between 0 and 100, got NaN'],
    [
      { aggregations: [{ type: 'AVG', percentile: 5 }] },
      "percentile_value is only for aggregation_type 'PERCENTILE', got 'AVG'",
    ],
    [
      { aggregations: Array.from({ length: 51 }, (_, n) => ({ type: 'PERCENTILE', percentile: n })) },
      'A query has at most 50 aggregations.',
    ],
    [{ filters: Array(101).fill("trace.status = 'OK'") }, 'A query has at most 100 filters.'],
    [{ intervalSeconds: -60 }, 'time_interval_seconds must be between 0 and 3155760000, got -60'],
    [{ intervalSeconds: 1e15 }, 'time_interval_seconds must be between 0 and 3155760000, got 1000000000000000'],
    [{ limit: -1 }, 'max_results must be between 0 and 100000, got -1'],
    [{ limit: 100_001 }, 'max_results must be between 0 and 100000, got 100001'],
    [{ startMs: 1e17 }, 'start_time_ms must be milliseconds since the Unix epoch, got 100000000000000000'],
    [{ endMs: -1e17 }, 'end_time_ms must be milliseconds since the Unix epoch, got -100000000000000000'],
  ])('refuses %j', (changes, message) => {
    expect(refusal(() => parseMetricQuery({ ...REQUEST, ...changes }))).toBe(message)
  })
})

describe('parseMetricFilter', () => {
  it.each([
    ['trace.tag.`we ird` = "x\'y"', { entity: 'tag', key: 'we ird' }, "x'y"],
    ["trace.metadata.mlflow.trace.session='s'", { entity: 'metadata', key: 'mlflow.trace.session' }, 's'],
    ["trace.tag.__proto__ = ''", { entity: 'tag', key: '__proto__' }, ''],
  ])('reads %s', (text, field, value) => {
    expect(parseMetricFilter(text, 'ASSESSMENTS')).toEqual({
      about: 'trace',
      comparison: { type: 'comparison', field, operator: '=', value: { type: 'text', text: value } },
    })
  })

  it.each([
    ['span.name', 'SPANS', 'span_name'],
    ['span.status', 'SPANS', 'span_status'],
    ['span.type', 'SPANS', 'span_type'],
    ['assessment.name', 'ASSESSMENTS', 'assessment_name'],
    ['assessment.type', 'ASSESSMENTS', 'assessment_type'],
  ] as const)('reads %s', (name, view, field) => {
    expect(parseMetricFilter(`${name} = 'x'`, view)).toEqual({ about: 'row', filter: { field, text: 'x' } })
  })

  const columns = "Columns should be specified as 'trace.<key>', 'span.<key>', 'assessment.<key>'."
  const views = "Valid values are dict_keys(['trace', 'span', 'assessment'])"
  const unquoted = (value: string) =>
    `Parameter value is either not quoted or unidentified quote types used for string value ${value}. Use either single or double quotes.`
  // All recorded from a stock MLflow 3.17.2 server.
  it.each([
    ['', "Invalid filter: ''. Expected one filter clause."],
    ['  ', "Invalid filter '  '. Could not be parsed."],
    ['trace.status', 'Invalid clause(s) in filter string: trace.status'],
    ['trace.status =', 'Invalid clause(s) in filter string: trace.status, ='],
    ['???', 'Invalid clause(s) in filter string: ?, ?, ?'],
    ["trace.status = 'OK' AND trace.tag.team = 'x'", 'Invalid clause(s) in filter string: AND'],
    ["trace.status = 'OK' OR trace.status = 'ERROR'", 'Invalid clause(s) in filter string: OR'],
    ["NOT trace.status = 'OK'", 'Invalid clause(s) in filter string: NOT'],
    ["trace.status IN ('OK')", "Invalid clause(s) in filter string: trace.status, IN, ('OK')"],
    ["(trace.status = 'OK')", "Invalid clause(s) in filter string: (trace.status = 'OK')"],
    ['trace.status IS NULL', 'Invalid clause(s) in filter string: trace.status, IS, NULL'],
    ["trace.status = 'OK';", 'Invalid clause(s) in filter string: ;'],
    [
      "trace.status = 'OK'; x",
      'Search filter contained multiple expression "trace.status = \'OK\'; x". Provide AND-ed expression list.',
    ],
    [
      "trace.status = 'OK' trace.status = 'OK'",
      "Invalid filter: 'trace.status = 'OK' trace.status = 'OK''. Expected one filter clause.",
    ],
    ["'OK' = trace.status", "Invalid comparison clause. Expected 'Identifier' found ''OK''"],
    ["status = 'OK'", `Invalid identifier 'status'. ${columns}`],
    ["tag.team = 'x'", `Invalid view type 'tag'. ${views}`],
    ["TRACE.STATUS = 'OK'", `Invalid view type 'TRACE'. ${views}`],
    [
      "trace.name LIKE 'a%'",
      "Invalid entity 'name' specified for view type 'trace'. Valid entities are ['status', 'tag', 'metadata']",
    ],
    [
      "span.nope = 'x'",
      "Invalid entity 'nope' specified for view type 'span'. Valid entities are ['name', 'status', 'type']",
    ],
    [
      "assessment.nope = 'x'",
      "Invalid entity 'nope' specified for view type 'assessment'. Valid entities are ['name', 'type']",
    ],
    ["trace.tag != 'OK'", "Filtering by tag requires a key, e.g. 'trace.tag.<key> = <value>'"],
    ["trace.status.x = 'OK'", "Filtering by status does not require a key, use 'trace.status' instead"],
    ["trace.status LIKE 'O%'", "Invalid comparator: 'LIKE', only '=' operator is supported"],
    ["trace.status == 'OK'", "Invalid comparator: '==', only '=' operator is supported"],
    ["span.type != 'x'", "Invalid comparator: '!=', only '=' operator is supported"],
    ['trace.tag.k = 5', "Expected a quoted string value for tag value (e.g. 'my-value'). Got value 5"],
    ['trace.status = OK', unquoted('OK')],
    ['trace.status = `OK`', unquoted('`OK`')],
    ["span.name = 'a'", 'Filtering by span is only supported for SPANS view type, got TRACES'],
    ["assessment.name = 'a'", 'Filtering by assessment is only supported for ASSESSMENTS view type, got TRACES'],
  ])('refuses %j in the words of MLflow', (text, message) => {
    expect(refusal(() => parseMetricFilter(text, 'TRACES'))).toBe(message)
  })

  it('refuses a text longer than its bound', () => {
    const text = `trace.status = '${'x'.repeat(MAX_METRIC_FILTER_LENGTH)}'`
    expect(refusal(() => parseMetricFilter(text, 'TRACES'))).toMatch(/at most 16384 characters/)
  })
})

function refusal(parse: () => unknown): string {
  try {
    return `nothing was refused: ${JSON.stringify(parse())}`
  } catch (error) {
    if (!(error instanceof ClewError)) throw error
    expect(error.code).toBe('INVALID_PARAMETER_VALUE')
    return error.message
  }
}
