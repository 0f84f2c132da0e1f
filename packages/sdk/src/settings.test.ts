import { afterEach, describe, expect, test, vi } from 'vitest'
import { type InitOptions, resolveSettings } from './settings.ts'

afterEach(() => vi.unstubAllEnvs())

describe('resolveSettings', () => {
  test('defaults to the local server and the default experiment', () => {
    expect(resolveSettings({})).toMatchObject({
      trackingUri: 'http://127.0.0.1:5000',
      experiment: { id: '0' },
      requestTimeoutMs: 10_000,
      batchIntervalMs: 1_000,
      maxBatchSpans: 512,
      samplingRatio: 1,
    })
  })

  test('reads the variables of MLflow, in its units', () => {
    vi.stubEnv('MLFLOW_TRACKING_URI', 'https://mlflow.example/base/')
    vi.stubEnv('MLFLOW_EXPERIMENT_NAME', 'chat bot')
    vi.stubEnv('MLFLOW_TRACKING_TOKEN', 'secret')
    vi.stubEnv('MLFLOW_HTTP_REQUEST_TIMEOUT', '3')
    vi.stubEnv('MLFLOW_HTTP_REQUEST_MAX_RETRIES', '2')
    vi.stubEnv('MLFLOW_ASYNC_TRACE_LOGGING_RETRY_TIMEOUT', '60')
    vi.stubEnv('MLFLOW_ENABLE_ASYNC_TRACE_LOGGING', 'false')
    vi.stubEnv('MLFLOW_TRACE_SAMPLING_RATIO', '0.25')
    const settings = resolveSettings({})
    expect(settings).toMatchObject({
      trackingUri: 'https://mlflow.example/base',
      experiment: { name: 'chat bot' },
      requestTimeoutMs: 3_000,
      maxRetries: 2,
      retryTimeoutMs: 60_000,
      batchIntervalMs: 0,
      samplingRatio: 0.25,
    })
    expect(settings.headers.get('authorization')).toBe('Bearer secret')
  })

  test('an id in the environment wins over a name there, as in MLflow', () => {
    vi.stubEnv('MLFLOW_EXPERIMENT_ID', '7')
    vi.stubEnv('MLFLOW_EXPERIMENT_NAME', 'x')
    expect(resolveSettings({}).experiment).toEqual({ id: '7' })
  })

  test('options win over variables, a name over an id too', () => {
    vi.stubEnv('MLFLOW_TRACKING_URI', 'http://other:1')
    vi.stubEnv('MLFLOW_EXPERIMENT_ID', '7')
    expect(resolveSettings({ trackingUri: 'http://mine:2', experimentName: 'mine' })).toMatchObject({
      trackingUri: 'http://mine:2',
      experiment: { name: 'mine' },
    })
  })

  test('basic authentication wins over a token, also from the address, in UTF-8', () => {
    const basic = (options: InitOptions) => resolveSettings(options).headers.get('authorization')
    expect(basic({ trackingServerUsername: 'ann', trackingServerPassword: 'pä', trackingServerToken: 't' })).toBe(
      `Basic ${Buffer.from('ann:pä').toString('base64')}`,
    )
    const settings = resolveSettings({ trackingUri: 'http://ann:p%20w@host:5000' })
    expect(settings.trackingUri).toBe('http://host:5000')
    expect(settings.headers.get('authorization')).toBe(`Basic ${Buffer.from('ann:p w').toString('base64')}`)
  })

  test.each<[string, unknown, RegExp]>([
    ['not an object', 5, /options must be an object/],
    ['a URI that is none', { trackingUri: 'localhost:5000' }, /option "trackingUri" must be an http or https address/],
    ['a URI of another kind', { trackingUri: 'databricks' }, /option "trackingUri"/],
    ['a URI that is no text', { trackingUri: 5 }, /option "trackingUri" must be a string, not 5/],
    ['an id that is no integer', { experimentId: 'abc' }, /option "experimentId" must be a decimal integer/],
    ['an id that is a number', { experimentId: 1 }, /option "experimentId" must be a string/],
    ['id and name', { experimentId: '1', experimentName: 'x' }, /"experimentId" or "experimentName", not both/],
    ['an empty name', { experimentName: '' }, /option "experimentName" must not be empty/],
    ['a negative number', { maxQueueSpans: -1 }, /option "maxQueueSpans" must be a number, 1 or more, not -1/],
    ['a ratio beyond 1', { samplingRatio: 1.5 }, /option "samplingRatio" must be a number, from 0 to 1, not 1.5/],
    ['a negative ratio', { samplingRatio: -0.1 }, /option "samplingRatio" must be a number, from 0 to 1/],
    ['NaN', { requestTimeoutMs: Number.NaN }, /option "requestTimeoutMs"/],
    ['processors that are none', { spanProcessors: [1] }, /option "spanProcessors" must be an array of functions/],
    ['a logger without warn', { logger: {} }, /option "logger"/],
    ['headers HTTP does not allow', { headers: { 'bad name': 'x' } }, /option "headers"/],
  ])('%s is a TypeError that names the option', (_, options, message) => {
    expect(() => resolveSettings(options as InitOptions)).toThrow(TypeError)
    expect(() => resolveSettings(options as InitOptions)).toThrow(message)
  })

  test.each([
    ['MLFLOW_HTTP_REQUEST_TIMEOUT', 'soon', 'must be a number, 0.001 or more, not "soon"'],
    ['MLFLOW_HTTP_REQUEST_TIMEOUT', '0', 'must be a number, 0.001 or more, not 0'],
    ['MLFLOW_HTTP_REQUEST_MAX_RETRIES', '-1', 'must be a number, 0 or more, not -1'],
    ['MLFLOW_TRACE_SAMPLING_RATIO', '50%', 'must be a number, from 0 to 1, not "50%"'],
    ['MLFLOW_EXPERIMENT_ID', 'mine', 'must be a decimal integer as text, such as "1", not "mine"'],
    ['MLFLOW_TRACKING_URI', 'http://a%:b@host', 'must be an http or https address such as'],
  ])('%s=%s is a TypeError in the words of the variable', (variable, value, message) => {
    vi.stubEnv(variable, value)
    expect(() => resolveSettings({})).toThrow(TypeError)
    expect(() => resolveSettings({})).toThrow(`environment variable ${variable} ${message}`)
  })

  test('no password is shown', () => {
    vi.stubEnv('MLFLOW_TRACKING_URI', 'postgresql://ann:secret@db/mlflow')
    expect(() => resolveSettings({})).toThrow('not "postgresql://…@db/mlflow"')
    expect(() => resolveSettings({ trackingUri: 'http://ann:se%cret@host' })).toThrow('not "http://…@host"')
  })
})
