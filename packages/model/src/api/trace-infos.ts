import { UI_API } from './ui.ts'

/**
 * Several trace infos in one request, because a request for each costs a client far more than recording the trace did.
 * Offered by servers whose `GET /api/3.0/mlflow/server-info` answers `clew.max_trace_infos`, the most that one request may
 * carry; a client that does not find it there sends them one by one to MLflow's `POST /api/3.0/mlflow/traces`.
 *
 * `POST` with {@link TraceInfosRequest}. Each info is handled as MLflow's route handles one, so a repeated request
 * changes nothing. 200 with {@link TraceInfosAnswer} means that all but the refused ones are durable; any other status,
 * that the request is to be treated as a whole.
 */
export const TRACE_INFOS_PATH = `${UI_API}/trace-infos`

export interface TraceInfosRequest {
  /** TraceInfo v3 as proto-JSON, see `traceInfoToJson`. */
  readonly trace_infos: readonly unknown[]
}

export interface TraceInfosAnswer {
  /** Those that will never be taken, e.g. because their experiment does not exist. */
  readonly refused: readonly { readonly trace_id: string; readonly error_code: string; readonly message: string }[]
}
