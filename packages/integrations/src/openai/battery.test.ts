import { type Check, integrationChecks, runCheck, Stage } from '@clew/kit'
import { defineIntegration, type Integration, type TracedMethod } from '@clew/tracing/instrument'
import { afterEach, expect, test } from 'vitest'
import { calls, connect } from './fixtures/calls.ts'
import { openai } from './index.ts'

/** Integrations that are broken on purpose: the battery must not let one of them pass. */

const options = {
  fixtures: new URL('./fixtures/', import.meta.url),
  copies: [{ name: 'openai', load: () => import('openai') }],
  connect,
  calls,
}

let stage: Stage | undefined

afterEach(() => stage?.close())

async function failuresOf(integration: Integration, concerned: RegExp): Promise<string[]> {
  const [copy] = options.copies
  if (!copy) throw new Error('there is no copy')
  stage = await Stage.open(integration, options, copy)
  const failures: string[] = []
  for (const check of integrationChecks(options).filter(({ name }) => concerned.test(name))) {
    if (!(await passes(check, stage))) failures.push(check.name)
  }
  return failures
}

async function passes(check: Check, on: Stage): Promise<boolean> {
  return runCheck(check, on).then(
    () => true,
    () => false,
  )
}

/** openai with every method changed. Another name, so that it shares no state with the real one. */
function broken(change: (method: TracedMethod) => Partial<TracedMethod>): Integration {
  const methods = openai.table.methods.map((method) => ({ ...method, ...change(method) }))
  return defineIntegration({ ...openai.table, name: `broken ${Math.random()}`, methods })
}

test('one that changes the request is found', async () => {
  const integration = broken((method) => ({
    start(call) {
      Reflect.set(call.args[0] as object, 'model', 'another')
      return method.start(call)
    },
  }))
  expect(await failuresOf(integration, /^chat: the spans|requests are not changed/)).toHaveLength(2)
})

test('one that changes the response is found', async () => {
  const integration = broken(() => ({
    end(response) {
      Reflect.set(response as object, 'id', 'another')
      return { outputs: response }
    },
  }))
  expect(await failuresOf(integration, /reach the caller unchanged/)).toHaveLength(1)
})

test('one that changes chunks is found', async () => {
  const integration = broken((method) => ({
    stream() {
      const fold = method.stream?.() ?? { step: () => undefined, done: () => ({}) }
      return {
        step(chunk) {
          fold.step(chunk)
          Reflect.deleteProperty(chunk as object, 'id')
        },
        done: () => fold.done(),
      }
    },
  }))
  expect(await failuresOf(integration, /reach the caller unchanged/)).toHaveLength(1)
})

test('one that writes content as plain attributes is found', async () => {
  const integration = broken((method) => ({
    start: (call) => ({ ...method.start(call), attributes: [['prompt', call.args[0]]] }),
  }))
  expect(await failuresOf(integration, /content off|known key/)).toEqual([
    'with content off there is no content anywhere',
    'every attribute is a known key',
  ])
})

test('one that records too little, or under another name, is found', async () => {
  expect(
    await failuresOf(
      broken(() => ({ end: () => ({}) })),
      /^embeddings: the spans/,
    ),
  ).toHaveLength(1)
  await stage?.close()
  expect(
    await failuresOf(
      broken(() => ({ name: 'Other' })),
      /^embeddings: the spans/,
    ),
  ).toHaveLength(1)
})

test('one that traces nothing is found', async () => {
  const nothing = defineIntegration({ ...openai.table, name: 'nothing', methods: [] })
  const failures = await failuresOf(nothing, /^chat: |marked with type|one client|never read|fifty calls|request\.map/)
  expect(failures).toHaveLength(6)
})

test('one that wraps with an async function, as many do, is found', async () => {
  const { prototype } = (await import('openai')).OpenAI.Chat.Completions
  const { create } = prototype
  const wrapped = async function (this: object, ...args: unknown[]): Promise<unknown> {
    return await Reflect.apply(create, this, args)
  }
  const naive: Integration = {
    ...openai,
    autolog() {
      Reflect.set(prototype, 'create', wrapped)
    },
    disable() {
      Reflect.set(prototype, 'create', create)
    },
  }
  const concerned = /reach the caller|keep their methods|same functions|never read|break|parse: the spans/
  expect(await failuresOf(naive, concerned)).toEqual([
    'chat-parse: the spans are those of chat-parse.spans.json',
    'responses-parse: the spans are those of responses-parse.spans.json',
    'results, chunks and errors reach the caller unchanged and in order',
    'promises of the library keep their methods, and these their results',
    'the same functions are back once the integration is off',
    'leaving a stream with break ends its span',
    'a stream that is never read ends at the sweep',
  ])
})

test('the real one passes the same way', async () => {
  expect(await failuresOf(openai, /content off|keep their methods|^chat: /)).toEqual([])
})
