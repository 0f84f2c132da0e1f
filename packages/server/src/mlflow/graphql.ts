import { ClewError, type Experiment, type JsonValue } from '@clew/model'
import { z } from 'zod'
import { jsonAnswer } from '../http/answer.ts'
import { isJsonObject, object, text } from '../http/fields.ts'
import { type Call, type Route, route } from '../http/route.ts'
import { experimentOf } from './parameters.ts'

const request = z.object({ operationName: text.optional(), query: text.optional(), variables: object.optional() })

/**
 * The one GraphQL operation MLflow's web UI needs to open an experiment. There is no GraphQL engine behind it: the
 * operation is known by its name, and every field the UI asks for is answered.
 */
export const graphqlRoutes: readonly Route[] = [
  route({
    method: 'POST',
    paths: ['/graphql'],
    permission: 'read',
    summary: "MLflow's web UI: the operation MlflowGetExperimentQuery.",
    request,
    response: z.object({ data: z.object({}).nullable() }),
    handler: answerOperation,
  }),
]

async function answerOperation({ services, fields }: Call<z.output<typeof request>>): Promise<Response> {
  if (fields.operationName !== 'MlflowGetExperimentQuery') {
    return jsonAnswer({ data: null, errors: [{ message: `The operation ${fields.operationName} is not offered.` }] })
  }
  const input = fields.variables?.['input']
  const id = isJsonObject(input) ? input['experimentId'] : undefined
  try {
    const experiment = experimentJson(await experimentOf(services.store, String(id ?? '')))
    return jsonAnswer({ data: { mlflowGetExperiment: { ...answerType, apiError: null, experiment } } })
  } catch (error) {
    if (!(error instanceof ClewError)) throw error
    const apiError = { __typename: 'ApiError', code: error.code, message: error.message }
    return jsonAnswer({ data: { mlflowGetExperiment: { ...answerType, apiError, experiment: null } } })
  }
}

const answerType = { __typename: 'MlflowGetExperimentResponse' }

/** 64-bit integers are strings in MLflow's GraphQL. */
function experimentJson(experiment: Experiment): JsonValue {
  return {
    __typename: 'MlflowExperiment',
    artifactLocation: experiment.artifactLocation,
    creationTime: String(experiment.creationTimeMs),
    effectiveTraceArchivalRetention: null,
    experimentId: experiment.experimentId,
    lastUpdateTime: String(experiment.lastUpdateTimeMs),
    lifecycleStage: experiment.lifecycleStage,
    name: experiment.name,
    tags: [...experiment.tags].map(([key, value]) => ({ __typename: 'MlflowExperimentTag', key, value })),
  }
}
