import { describe, expect, test } from 'vitest'
import { converse } from './dialogue.ts'
import { ExperimentResolver } from './experiment.ts'
import { Sender } from './send.ts'
import { resolveSettings } from './settings.ts'
import { Counters } from './statistics.ts'
import { type Answering, type LoopbackServer, startLoopbackServer } from './testing/loopback-server.ts'

function resolverFor(server: LoopbackServer, experimentName: string) {
  const settings = resolveSettings({ trackingUri: server.url, experimentName, maxRetries: 0 })
  const sender = new Sender(settings, new Counters())
  const resolver = new ExperimentResolver(settings.experiment)
  return { resolve: () => converse(resolver.resolve(), (request) => sender.send(request)) }
}

/** Answers by the last part of the path, one answer after another. */
function answers(table: Record<string, [status: number, body: unknown][]>): Answering {
  return ({ url }, response) => {
    const key = Object.keys(table).find((part) => url.includes(part)) ?? ''
    const [status, body] = table[key]?.shift() ?? [500, {}]
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    return true
  }
}

const unknown: [number, unknown] = [404, { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'no such' }]
const found: [number, unknown] = [200, { experiment: { experiment_id: '5', lifecycle_stage: 'active' } }]

describe('an experiment given by name', () => {
  test('is looked up once', async () => {
    await using server = await startLoopbackServer(answers({ 'get-by-name': [found] }))
    const resolver = resolverFor(server, 'a & b')
    expect(await resolver.resolve()).toEqual({ kind: 'found', id: '5' })
    expect(await resolver.resolve()).toEqual({ kind: 'found', id: '5' })
    expect(server.requests.map(({ url }) => url)).toEqual([
      '/api/2.0/mlflow/experiments/get-by-name?experiment_name=a%20%26%20b',
    ])
  })

  test('is created where there is none', async () => {
    await using server = await startLoopbackServer(
      answers({ 'get-by-name': [unknown], create: [[200, { experiment_id: '9' }]] }),
    )
    expect(await resolverFor(server, 'new').resolve()).toEqual({ kind: 'found', id: '9' })
    expect(server.requests[1]!.body.toString()).toBe('{"name":"new"}')
  })

  test('that somebody else creates first is looked up again', async () => {
    const exists: [number, unknown] = [400, { error_code: 'RESOURCE_ALREADY_EXISTS', message: 'exists' }]
    await using server = await startLoopbackServer(answers({ 'get-by-name': [unknown, found], create: [exists] }))
    expect(await resolverFor(server, 'new').resolve()).toEqual({ kind: 'found', id: '5' })
  })

  test('that is deleted is refused with a sentence', async () => {
    const deleted: [number, unknown] = [200, { experiment: { experiment_id: '5', lifecycle_stage: 'deleted' } }]
    await using server = await startLoopbackServer(answers({ 'get-by-name': [deleted] }))
    expect(await resolverFor(server, 'old').resolve()).toMatchObject({
      kind: 'refused',
      sentence: 'the experiment "old" is deleted; restore it',
    })
  })

  test('is asked for again after a failure', async () => {
    await using server = await startLoopbackServer(answers({ 'get-by-name': [[503, {}], found] }))
    const resolver = resolverFor(server, 'x')
    expect(await resolver.resolve()).toMatchObject({ kind: 'gaveUp', reason: 'retriesExhausted' })
    expect(await resolver.resolve()).toEqual({ kind: 'found', id: '5' })
  })

  test.each([
    ['no JSON', 'hello'],
    ['another shape', { experiments: [] }],
    ['an id that is none', { experiment: { experiment_id: '../etc' } }],
    ['null', null],
  ])('an answer that is %s is no id', async (_, body) => {
    await using server = await startLoopbackServer(answers({ 'get-by-name': [[200, body]] }))
    expect(await resolverFor(server, 'x').resolve()).toMatchObject({ kind: 'refused' })
  })
})
