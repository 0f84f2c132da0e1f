import { z } from 'zod'
import { MAX_TRACE_INFOS } from '../api/trace-infos.ts'
import { jsonAnswer } from '../http/answer.ts'
import { mlflowPaths, type Route, route } from '../http/route.ts'

/**
 * The version of MLflow whose contract is answered here. The Python client sends spans only to servers of 3.4 and
 * later, and asks nothing else of it. Clew's own version is in server-info.
 */
export const MLFLOW_VERSION = '3.17.2'

export const serverInfoRoutes: readonly Route[] = [
  route({
    method: 'GET',
    paths: ['/health'],
    permission: 'public',
    summary: 'Answers OK as long as the server runs.',
    response: 'text/plain',
    handler: () => new Response('OK', { headers: { 'content-type': 'text/plain; charset=utf-8' } }),
  }),
  route({
    method: 'GET',
    paths: ['/version'],
    permission: 'public',
    summary: 'The version of MLflow this server is compatible with.',
    response: 'text/html',
    handler: () => new Response(MLFLOW_VERSION, { headers: { 'content-type': 'text/html; charset=utf-8' } }),
  }),
  route({
    method: 'GET',
    paths: mlflowPaths('/mlflow/server-info', '3.0'),
    permission: 'public',
    summary: 'What the server is and can do.',
    response: z.object({ store_type: z.string(), clew: z.object({ version: z.string() }) }),
    handler: ({ services }) =>
      jsonAnswer({
        // MLflow's UI switches trace features off for anything but `SqlStore`.
        store_type: 'SqlStore',
        workspaces_enabled: false,
        trace_archival_enabled: false,
        multipart_uploads_enabled: false,
        multipart_downloads_enabled: false,
        presigned_upload_run_id_supported: false,
        presigned_upload_model_id_supported: false,
        features_enabled: { gateway: false },
        clew: {
          version: services.version,
          otlp_encodings: ['gzip', 'deflate', 'zstd'],
          max_trace_infos: MAX_TRACE_INFOS,
        },
      }),
  }),
  route({
    method: 'GET',
    paths: ['/ajax-api/3.0/mlflow/ui-telemetry'],
    permission: 'public',
    summary: "Tells MLflow's web UI that it must not report usage.",
    response: z.object({ disable_ui_telemetry: z.boolean() }),
    handler: () => jsonAnswer({ disable_ui_telemetry: true, disable_ui_events: [], ui_rollout_percentage: 0 }),
  }),
]
