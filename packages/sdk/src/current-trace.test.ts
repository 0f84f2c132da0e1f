import { afterEach, describe, expect, test } from 'vitest'
import { context, flush, getLastActiveTraceId, startSpan, updateCurrentTrace, withSpan } from './index.ts'
import { setLogger } from './notices.ts'
import { record } from './testing/recorded.ts'

afterEach(() => setLogger(undefined))

describe('updateCurrentTrace', () => {
  test('sets tags, metadata, session, user, ids, previews and state', async () => {
    const { infos } = await record(() =>
      withSpan(
        () => {
          withSpan(() =>
            updateCurrentTrace({
              tags: { team: 'a' },
              metadata: { release: '1.2' },
              sessionId: 's-1',
              user: 'ann',
              clientRequestId: 'req-7',
              requestPreview: 'asked',
              responsePreview: 'answered',
              state: 'ERROR',
              modelId: 'm-1',
            }),
          )
          updateCurrentTrace({ tags: { stage: 'b' } })
        },
        { name: 'root', inputs: 'x' },
      ),
    )
    expect(infos).toHaveLength(1)
    expect(infos[0]).toMatchObject({
      client_request_id: 'req-7',
      request_preview: 'asked',
      response_preview: 'answered',
      state: 'ERROR',
      tags: { 'mlflow.traceName': 'root', team: 'a', stage: 'b' },
      trace_metadata: {
        release: '1.2',
        'mlflow.trace.session': 's-1',
        'mlflow.trace.user': 'ann',
        'mlflow.modelId': 'm-1',
      },
    })
  })

  test('outside of a span it says so, once, and does nothing', () => {
    const said: string[] = []
    setLogger({ warn: (message) => said.push(message) })
    updateCurrentTrace({ tags: { a: 'b' } })
    updateCurrentTrace({ tags: { a: 'b' } })
    expect(said).toEqual([expect.stringContaining('outside of any span')])
  })

  test('turns other values into text, refuses states and keys that are not the program’s, and never throws', async () => {
    const said: string[] = []
    const { infos } = await record(
      () =>
        withSpan(() => {
          updateCurrentTrace({
            tags: { n: 5 as never },
            clientRequestId: 8 as never,
            requestPreview: 'p'.repeat(2_000),
          })
          updateCurrentTrace({ state: 'MAYBE' as never })
          updateCurrentTrace({ tags: { 'mlflow.artifactLocation': 'elsewhere' } })
          updateCurrentTrace(null as never)
        }),
      { logger: { warn: (message) => said.push(message) } },
    )
    expect(infos[0]?.tags).toEqual({ 'mlflow.traceName': 'span', n: '5' })
    expect(infos[0]?.client_request_id).toBe('8')
    expect(infos[0]?.request_preview).toHaveLength(1_000)
    expect(infos[0]?.state).toBe('OK')
    expect(said).toHaveLength(4)
  })
})

test('a trace takes a thousand tags, and says that there were more', async () => {
  const said: string[] = []
  const { infos } = await record(
    () =>
      withSpan(() => {
        for (let index = 0; index < 1_500; index += 1) updateCurrentTrace({ tags: { [`tag ${index}`]: 'x' } })
        updateCurrentTrace({ tags: { 'tag 0': 'changed' } })
      }),
    { logger: { warn: (message) => said.push(message) } },
  )
  expect(Object.keys(infos[0]?.tags ?? {})).toHaveLength(1_001)
  expect(infos[0]?.tags['tag 0']).toBe('changed')
  expect(said.join()).toContain('1000')
})

describe('updateCurrentTrace in work that goes on after the root', () => {
  async function updateAfterRoot(waitForSending: boolean) {
    const said: string[] = []
    const { infos } = await record(
      async () => {
        let late: Promise<void> | undefined
        withSpan(() => {
          late = withSpan(async () => {
            await Promise.resolve()
            if (waitForSending) await flush()
            updateCurrentTrace({ tags: { late: 'yes' } })
          })
        })
        await late
      },
      { logger: { warn: (message) => said.push(message) } },
    )
    return { tags: infos[0]?.tags, said }
  }

  test('counts until the trace is sent', async () => {
    expect(await updateAfterRoot(false)).toMatchObject({ tags: { late: 'yes' }, said: [] })
  })

  test('is said to have come too late afterwards', async () => {
    const { tags, said } = await updateAfterRoot(true)
    expect(tags).not.toHaveProperty('late')
    expect(said.join()).toMatch(/updateCurrentTrace\(\) .*has been sent/)
  })
})

describe('getLastActiveTraceId', () => {
  test('is the trace whose root ended last', async () => {
    await record(() => {
      const first = startSpan()
      const second = startSpan()
      second.end()
      startSpan({ parent: first }).end()
      expect(getLastActiveTraceId()).toBe(second.traceId)
      first.end()
      expect(getLastActiveTraceId()).toBe(first.traceId)
    })
  })
})

describe('context', () => {
  test('gives its tags and metadata to traces that start in it; inner scopes win', async () => {
    const { infos } = await record(async () => {
      await context({ tags: { a: '1', b: '1' }, sessionId: 's', metadata: { m: 'x' } }, async () => {
        withSpan(() => undefined, { name: 'outer' })
        context({ tags: { b: '2' }, user: 'ann' }, () => withSpan(() => undefined, { name: 'inner' }))
      })
      withSpan(() => undefined, { name: 'outside' })
    })
    const info = (name: string) => infos.find(({ tags }) => tags['mlflow.traceName'] === name)
    expect(info('outer')?.tags).toMatchObject({ a: '1', b: '1' })
    expect(info('outer')?.trace_metadata).toMatchObject({ m: 'x', 'mlflow.trace.session': 's' })
    expect(info('inner')?.tags).toMatchObject({ a: '1', b: '2' })
    expect(info('inner')?.trace_metadata).toMatchObject({ 'mlflow.trace.session': 's', 'mlflow.trace.user': 'ann' })
    expect(info('outside')?.tags).toEqual({ 'mlflow.traceName': 'outside' })
  })

  test('returns what the body returns', () => {
    expect(context({}, () => 5)).toBe(5)
  })
})
