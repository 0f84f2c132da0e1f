import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { list, serverFor, stores } from '../testing/server.ts'
import { exportSpans, newTraceId, START_NS, span } from '../testing/traces.ts'

const AT = '/api/3.0/mlflow/traces/metrics'
const START_MS = Number(START_NS / 1_000_000n)

describe.each(stores)('traces/metrics over the %s store', (store) => {
  const server = serverFor(store)
  let experiment = ''
  beforeAll(async () => {
    await server.start()
    experiment = await server.newExperiment()
    await exportSpans(server, experiment, spansOfThree())
  })
  afterAll(server.stop)

  const request = (fields: object) => ({
    experiment_ids: [experiment],
    view_type: 'TRACES',
    metric_name: 'trace_count',
    aggregations: [{ aggregation_type: 'COUNT' }],
    ...fields,
  })
  /** The answer as it is written, where `6.0` is not `6`. */
  const ask = async (fields: object, path = AT) => {
    const body = JSON.stringify(request(fields))
    const response = await server.fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    return response.text()
  }
  const refusal = async (fields: object) => {
    const { status, body } = await server.send('POST', AT, request(fields))
    return [status, body.error_code, body.message]
  }

  it.each([AT, '/ajax-api/3.0/mlflow/traces/metrics'])('counts at %s', async (path) => {
    expect(await ask({}, path)).toBe('{"data_points":[{"metric_name":"trace_count","values":{"COUNT":3.0}}]}')
  })

  it('prints percentiles and intervals as the UI looks them up', async () => {
    const aggregations = [
      { aggregation_type: 'AVG' },
      ...[95, '99.9', 1e-7, 0].map((percentile_value) => ({ aggregation_type: 'PERCENTILE', percentile_value })),
    ]
    const range = { start_time_ms: START_MS, end_time_ms: String(START_MS + 7_200_000), time_interval_seconds: 3600 }
    expect(
      JSON.parse(await ask({ metric_name: 'latency', aggregations, dimensions: ['trace_name'], ...range })),
    ).toEqual({
      data_points: [
        {
          metric_name: 'latency',
          dimensions: { time_bucket: '2025-11-15T09:00:00+00:00', trace_name: 'a "b"' },
          values: {
            AVG: 200,
            'P95.0': 290,
            'P99.9': expect.closeTo(299.8, 6),
            'P1e-07': expect.closeTo(100, 6),
            'P0.0': 100,
          },
        },
        {
          metric_name: 'latency',
          dimensions: { time_bucket: '2025-11-15T10:00:00+00:00', trace_name: 'c' },
          values: { AVG: 50, 'P95.0': 50, 'P99.9': 50, 'P1e-07': 50, 'P0.0': 50 },
        },
      ],
    })
  })

  it('adds up what the model calls cost, which the server worked out', async () => {
    const fields = {
      view_type: 'SPANS',
      metric_name: 'total_cost',
      aggregations: [{ aggregation_type: 'SUM' }],
      dimensions: ['span_model_name'],
    }
    expect(await ask(fields)).toBe(
      '{"data_points":[{"metric_name":"total_cost","dimensions":{"span_model_name":"gpt-4o-mini"},"values":{"SUM":0.00042}}]}',
    )
  })

  it('averages assessments', async () => {
    const [trace] = list((await server.send('POST', '/api/3.0/mlflow/traces/search', search(experiment))).body.traces)
    const feedback = { assessment_name: 'ok', source: { source_type: 'HUMAN', source_id: 'x' } }
    for (const value of [true, 'no', 3.5, 'words']) {
      const assessment = { assessment: { ...feedback, feedback: { value } } }
      await server.send('POST', `/api/3.0/mlflow/traces/${trace?.trace_id}/assessments`, assessment)
    }
    const view = {
      view_type: 'ASSESSMENTS',
      dimensions: ['assessment_name'],
      filters: ['assessment.type = "feedback"'],
    }
    const average = { ...view, metric_name: 'assessment_value', aggregations: [{ aggregation_type: 'AVG' }] }
    expect(await ask(average)).toBe(
      '{"data_points":[{"metric_name":"assessment_value","dimensions":{"assessment_name":"ok"},"values":{"AVG":1.5}}]}',
    )
    const counts = { ...view, metric_name: 'assessment_count', dimensions: ['assessment_name', 'assessment_value'] }
    expect(await ask(counts)).toContain('"assessment_value":"\\"no\\""},"values":{"COUNT":1.0}')
  })

  it('answers an empty object for nothing, and 0.0 for a plain count', async () => {
    const filters = ["trace.tag.team = 'x'"]
    expect(await ask({ filters })).toBe('{"data_points":[{"metric_name":"trace_count","values":{"COUNT":0.0}}]}')
    expect(await ask({ filters, dimensions: ['trace_name'] })).toBe('{}')
    expect(await ask({ max_results: 0 })).toBe('{}')
  })

  it('knows views and aggregations by their protobuf numbers, too', async () => {
    const numbers = { view_type: 2, metric_name: 'latency', aggregations: [{ aggregation_type: 6 }] }
    expect(await ask(numbers)).toContain('"values":{"MAX":300.0}')
  })

  it('refuses what it does not know in the words of MLflow', async () => {
    const sentence = (name: string, value: string, type: string) =>
      `Invalid value ${value} for parameter '${name}' supplied:  Hint: Value was of type '${type}'. See the API docs for more information about request parameters.`
    const invalid = (message: string) => [400, 'INVALID_PARAMETER_VALUE', message]
    expect(await refusal({ view_type: 'NOPE' })).toEqual(invalid(sentence('view_type', '"NOPE"', 'str')))
    expect(await refusal({ view_type: 0 })).toEqual(invalid(sentence('view_type', '0', 'int')))
    const median = { aggregations: [{ aggregation_type: 'MEDIAN' }] }
    expect(await refusal(median)).toEqual(invalid(sentence('aggregation_type', '"MEDIAN"', 'str')))
    const words = { metric_name: 'latency', aggregations: [{ aggregation_type: 'PERCENTILE', percentile_value: 'x' }] }
    expect(await refusal(words)).toEqual(invalid(sentence('percentile_value', '"x"', 'str')))
    const over = { metric_name: 'latency', aggregations: [{ aggregation_type: 'PERCENTILE', percentile_value: 101 }] }
    expect(await refusal(over)).toEqual(invalid('percentile_value must be between 0 and 100, got 101'))
    expect(await refusal({ experiment_ids: ['x'] })).toEqual(
      invalid("Invalid experiment ID 'x'. Experiment ID must be a valid integer."),
    )
    expect(await refusal({ metric_name: '' })).toEqual(invalid(expect.stringMatching(/^Missing value .*'metric_name'/)))
    expect(await refusal({ filters: ["trace.status = 'OK' AND x = 'y'"] })).toEqual(
      invalid('Invalid clause(s) in filter string: AND'),
    )
  })
})

function search(experimentId: string): object {
  return { locations: [{ type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: experimentId } }] }
}

/** Two traces in one hour that call a model, one in the next that does not. */
function spansOfThree() {
  const usage = { input_tokens: 1000, output_tokens: 100, total_tokens: 1100 }
  const attributes = {
    'mlflow.spanType': 'CHAT_MODEL',
    'mlflow.llm.model': 'gpt-4o-mini',
    'mlflow.llm.provider': 'openai',
    'mlflow.chat.tokenUsage': usage,
  }
  const lasting = (name: string, ms: number, more: Parameters<typeof span>[0] = {}) => {
    const { startTimeNs = START_NS } = more
    return span({ traceId: newTraceId(), name, endTimeNs: startTimeNs + BigInt(ms) * 1_000_000n, ...more })
  }
  return [
    lasting('a "b"', 100, { attributes }),
    lasting('a "b"', 300, { attributes }),
    lasting('c', 50, { startTimeNs: START_NS + 3_600_000_000_000n }),
  ]
}
