import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serverFor, stores } from '../testing/server.ts'

describe.each(stores)("GraphQL of MLflow's web UI over the %s store", (store) => {
  const server = serverFor(store)
  beforeAll(server.start)
  afterAll(server.stop)
  const post = (action: string, body: object) => server.send('POST', `/api/2.0/mlflow/runs/${action}`, body)
  const ask = async (runId: unknown) => {
    const body = { operationName: 'GetRun', query: 'query GetRun($data: X) { … }', variables: { data: { runId } } }
    return (await server.send('POST', '/graphql', body)).body
  }

  it('answers a run with all the UI asks for, as a stock server does', async () => {
    const experiment_id = await server.newExperiment()
    const start = { experiment_id, user_id: 'ann', start_time: 1_760_000_000_000, run_name: 'night' }
    const run_id = String((await post('create', start)).body.run?.info?.run_id)
    const metrics = [
      { key: 'm', value: 0.5, timestamp: 5, step: 3 },
      { key: 'nan', value: 'NaN', timestamp: 6 },
    ]
    await post('log-batch', {
      run_id,
      metrics,
      params: [{ key: 'p', value: '1' }],
      tags: [{ key: '__proto__', value: 'b' }],
    })
    const dataset = { name: 'd', digest: '1', source_type: 'code', source: '{}' }
    await post('log-inputs', { run_id, datasets: [{ dataset, tags: [{ key: 't', value: 'v' }] }, {}] })
    const { data } = await ask(run_id)
    expect(data).toEqual({
      mlflowGetRun: {
        __typename: 'MlflowGetRunResponse',
        apiError: null,
        run: {
          __typename: 'MlflowRunExtension',
          info: {
            __typename: 'MlflowRunInfo',
            artifactUri: `mlflow-artifacts:/${experiment_id}/${run_id}/artifacts`,
            endTime: '0',
            experimentId: experiment_id,
            lifecycleStage: 'active',
            runName: 'night',
            runUuid: run_id,
            startTime: '1760000000000',
            status: 'RUNNING',
            userId: 'ann',
          },
          experiment: expect.objectContaining({
            __typename: 'MlflowExperiment',
            experimentId: experiment_id,
            tags: [],
          }),
          modelVersions: [],
          data: {
            __typename: 'MlflowRunData',
            metrics: [
              { __typename: 'MlflowMetricExtension', key: 'm', step: '3', timestamp: '5', value: 0.5 },
              { __typename: 'MlflowMetricExtension', key: 'nan', step: '0', timestamp: '6', value: null },
            ],
            params: [{ __typename: 'MlflowParam', key: 'p', value: '1' }],
            tags: [
              { __typename: 'MlflowRunTag', key: 'mlflow.runName', value: 'night' },
              { __typename: 'MlflowRunTag', key: '__proto__', value: 'b' },
            ],
          },
          inputs: {
            __typename: 'MlflowRunInputs',
            datasetInputs: [
              {
                __typename: 'MlflowDatasetInput',
                dataset: {
                  __typename: 'MlflowDataset',
                  digest: '1',
                  name: 'd',
                  profile: '',
                  schema: '',
                  source: '{}',
                  sourceType: 'code',
                },
                tags: [{ __typename: 'MlflowInputTag', key: 't', value: 'v' }],
              },
              expect.objectContaining({ __typename: 'MlflowDatasetInput', tags: [] }),
            ],
            modelInputs: [],
          },
          outputs: { __typename: 'MlflowRunOutputs', modelOutputs: [] },
        },
      },
    })
    await post('update', { run_id, status: 'FINISHED', end_time: 1_760_000_001_000 })
    expect((await ask(run_id)).data?.mlflowGetRun?.run?.info).toMatchObject({
      status: 'FINISHED',
      endTime: '1760000001000',
    })
  })

  it.each(['0'.repeat(32), undefined, 5])('says in the answer that run %s does not exist', async (runId) => {
    expect(await ask(runId)).toEqual({
      data: {
        mlflowGetRun: {
          __typename: 'MlflowGetRunResponse',
          apiError: {
            __typename: 'ApiError',
            code: 'RESOURCE_DOES_NOT_EXIST',
            helpUrl: null,
            message: `Run with id=${runId ?? ''} not found`,
          },
          run: null,
        },
      },
    })
  })
})
