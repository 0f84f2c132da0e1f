import { ClewError, type JsonValue } from '@clew/model'
import { z } from 'zod'
import { jsonAnswer } from '../http/answer.ts'
import { isJsonObject, type JsonObject, object, text } from '../http/fields.ts'
import { type Call, type Route, route } from '../http/route.ts'
import { noRun } from '../runs/document.ts'
import type { Services } from '../services.ts'
import { graphqlExperiment, graphqlRun } from './graphql-objects.ts'
import { experimentOf } from './parameters.ts'

const request = z.object({ operationName: text.optional(), query: text.optional(), variables: object.optional() })

/**
 * The GraphQL operations MLflow's web UI needs to open an experiment and a run. There is no GraphQL engine behind them: an
 * operation is known by its name, and every field the UI asks for is answered.
 */
export const graphqlRoutes: readonly Route[] = [
  route({
    method: 'POST',
    paths: ['/graphql'],
    permission: 'read',
    summary: "MLflow's web UI: the operations MlflowGetExperimentQuery and GetRun.",
    request,
    response: z.object({ data: z.object({}).nullable() }),
    handler: answerOperation,
  }),
]

/** One operation: the field of its answer, and what stands in it. */
interface Operation {
  readonly field: string
  readonly type: string
  /** The name of the object in the answer. */
  readonly name: string
  read(services: Services, variables: JsonObject): Promise<JsonValue>
}

const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  [
    'MlflowGetExperimentQuery',
    {
      field: 'mlflowGetExperiment',
      type: 'MlflowGetExperimentResponse',
      name: 'experiment',
      async read({ store }, variables) {
        return graphqlExperiment(await experimentOf(store, idIn(variables['input'], 'experimentId')))
      },
    },
  ],
  [
    'GetRun',
    {
      field: 'mlflowGetRun',
      type: 'MlflowGetRunResponse',
      name: 'run',
      async read({ store, runs }, variables) {
        const id = idIn(variables['data'], 'runId')
        const run = await runs.get(id)
        if (run === undefined) throw noRun(id)
        return graphqlRun(run, await store.getExperiment(run.experimentId))
      },
    },
  ],
])

/** What the store refuses is part of the answer, where the UI looks for it. */
async function answerOperation({ services, fields }: Call<z.output<typeof request>>): Promise<Response> {
  const operation = OPERATIONS.get(fields.operationName ?? '')
  if (operation === undefined) {
    return jsonAnswer({ data: null, errors: [{ message: `The operation ${fields.operationName} is not offered.` }] })
  }
  const { field, type, name } = operation
  const answer = (apiError: JsonValue, found: JsonValue) =>
    jsonAnswer({ data: { [field]: { __typename: type, apiError, [name]: found } } })
  try {
    return answer(null, await operation.read(services, fields.variables ?? {}))
  } catch (error) {
    if (!(error instanceof ClewError)) throw error
    return answer({ __typename: 'ApiError', code: error.code, helpUrl: null, message: error.message }, null)
  }
}

function idIn(input: JsonValue | undefined, key: string): string {
  const id = isJsonObject(input) ? input[key] : undefined
  return typeof id === 'string' ? id : String(id ?? '')
}
