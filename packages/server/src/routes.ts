import { uiRoutes } from './api/routes.ts'
import { traceInfoRoutes } from './api/trace-infos.ts'
import { openApiRoute } from './http/openapi.ts'
import type { Route } from './http/route.ts'
import { artifactRoutes } from './mlflow/artifacts.ts'
import { assessmentRoutes } from './mlflow/assessments.ts'
import { correlationRoutes } from './mlflow/correlation.ts'
import { datasetRecordRoutes } from './mlflow/dataset-records.ts'
import { datasetRoutes } from './mlflow/datasets.ts'
import { experimentRoutes } from './mlflow/experiments.ts'
import { graphqlRoutes } from './mlflow/graphql.ts'
import { legacyTraceRoutes } from './mlflow/legacy-traces.ts'
import { modelVersionRoutes } from './mlflow/model-versions.ts'
import { registeredModelRoutes } from './mlflow/registered-models.ts'
import { runRoutes } from './mlflow/runs.ts'
import { serverInfoRoutes } from './mlflow/server-info.ts'
import { traceEditRoutes } from './mlflow/trace-edits.ts'
import { traceMetricRoutes } from './mlflow/trace-metrics.ts'
import { traceReadRoutes } from './mlflow/trace-reads.ts'
import { otlpRoutes } from './otlp/routes.ts'

const described: readonly Route[] = [
  ...otlpRoutes,
  ...serverInfoRoutes,
  ...experimentRoutes,
  // Fixed segments (`/traces/search`) stand before parameters (`/traces/:trace_id`); the first row that fits answers.
  ...correlationRoutes,
  ...traceMetricRoutes,
  ...traceReadRoutes,
  ...traceEditRoutes,
  ...legacyTraceRoutes,
  ...assessmentRoutes,
  ...runRoutes,
  ...registeredModelRoutes,
  ...modelVersionRoutes,
  ...datasetRoutes,
  ...datasetRecordRoutes,
  ...artifactRoutes,
  ...graphqlRoutes,
  ...uiRoutes,
  ...traceInfoRoutes,
]

/** The route table: everything the server answers except the pages of the web app. */
export const routes: readonly Route[] = [...described, openApiRoute(described)]
