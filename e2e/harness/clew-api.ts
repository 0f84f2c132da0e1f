import {
  parseJson,
  type Skeleton,
  type SpanPayload,
  type TraceHeader,
  type TraceList,
  type TraceRow,
  UI_API,
} from '@clew/model'

/** What the tests ask of a server, over HTTP. Each method rejects with the server's own words when it refuses. */
export interface ClewApi {
  createExperiment(name: string): Promise<string>
  /** Newest first. */
  traces(experimentId: string): Promise<readonly TraceRow[]>
  /** Waits for as many traces; a client sends them in its own time. */
  waitForTraces(experimentId: string, count: number): Promise<readonly TraceRow[]>
  header(traceId: string): Promise<TraceHeader>
  skeleton(traceId: string): Promise<Skeleton>
  span(traceId: string, spanId: string): Promise<SpanPayload>
  /** MLflow's own reading of a trace: proto-JSON info and spans. */
  mlflowTrace(traceId: string): Promise<MlflowTrace>
}

/** The part of MLflow's answer the tests look at. */
export interface MlflowTrace {
  readonly trace_info: {
    readonly trace_id: string
    readonly state: string
    readonly request_time: string
    readonly tags?: Readonly<Record<string, string>>
    readonly trace_metadata?: Readonly<Record<string, string>>
  }
  readonly spans: readonly MlflowSpan[]
}

export interface MlflowSpan {
  readonly trace_id: string
  readonly span_id: string
  readonly parent_span_id?: string
  readonly name: string
  readonly start_time_unix_nano: bigint
  readonly end_time_unix_nano: bigint
  readonly status?: { readonly code?: string; readonly message?: string }
  readonly attributes?: readonly MlflowAttribute[]
  readonly events?: readonly MlflowEvent[]
  readonly links?: readonly unknown[]
}

export interface MlflowEvent {
  readonly name: string
  readonly time_unix_nano: bigint
  readonly attributes?: readonly MlflowAttribute[]
}

export interface MlflowAttribute {
  readonly key: string
  /** Absent for null. */
  readonly value?: AnyValue
}

/** OTLP's AnyValue in proto-JSON. */
export interface AnyValue {
  readonly string_value?: string
  readonly bool_value?: boolean
  readonly int_value?: number | bigint
  readonly double_value?: number
  readonly array_value?: { readonly values?: readonly AnyValue[] }
  readonly kvlist_value?: { readonly values?: readonly MlflowAttribute[] }
}

export function clewApi(url: string): ClewApi {
  const ask = async <T>(path: string, body?: object): Promise<T> => {
    const options = body && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }
    const response = await fetch(url + path, options)
    const text = await response.text()
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`)
    // Integers a JavaScript number cannot hold, as nanoseconds since the epoch, come as bigint.
    return parseJson(text) as T
  }
  const traces = async (experimentId: string) =>
    (await ask<TraceList>(`${UI_API}/experiments/${experimentId}/traces?limit=100`)).traces
  return {
    async createExperiment(name) {
      const { experiment_id: id } = await ask<{ experiment_id: string }>('/api/2.0/mlflow/experiments/create', { name })
      return id
    },
    traces,
    async waitForTraces(experimentId, count) {
      for (let attempt = 0; attempt < 100; attempt++) {
        const found = await traces(experimentId)
        if (found.length >= count && found.every(({ state }) => state !== 'IN_PROGRESS')) return found
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      throw new Error(`Experiment ${experimentId} never had ${count} finished traces.`)
    },
    header: (traceId) => ask(`${UI_API}/traces/${traceId}`),
    skeleton: (traceId) => ask(`${UI_API}/traces/${traceId}/skeleton`),
    span: (traceId, spanId) => ask(`${UI_API}/traces/${traceId}/spans/${spanId}?full=1`),
    async mlflowTrace(traceId) {
      const answer = await ask<{ trace: MlflowTrace }>(`/api/3.0/mlflow/traces/get?trace_id=${traceId}`)
      return answer.trace
    },
  }
}
