import { SpanKey } from '@clew/model'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { activeSpan, suppress } from '../context.ts'
import { disable, enable, init, shutdown } from '../control.ts'
import type { RecordingSpan } from '../recording-span.ts'
import { context } from '../scope.ts'
import type { LiveSpan } from '../span.ts'
import { withSpan } from '../with-span.ts'
import { traceCalls } from './call.ts'
import type { CaptureOptions, TracedMethod } from './integration.ts'
import { patchMethod } from './patch.ts'

const spans: LiveSpan[] = []

beforeAll(() => {
  // Nothing is sent: the processor has each span as it ends.
  init({
    trackingUri: 'http://127.0.0.1:9',
    batchIntervalMs: 60_000,
    spanProcessors: [(span) => void spans.push(span)],
  })
})

beforeEach(() => {
  spans.length = 0
})

afterAll(() => shutdown({ timeoutMs: 1 }))

const method: TracedMethod = {
  path: 'work',
  clientPath: 'work',
  name: 'Work',
  kind: 'LLM',
  start: (call) => ({ inputs: call.args[0] }),
  end: (response) => ({ outputs: response }),
}

function traced<Work extends (...args: never[]) => unknown>(
  work: Work,
  parts: Partial<TracedMethod> = {},
  capture: CaptureOptions | undefined = {},
): Work {
  const library = { work }
  patchMethod(
    library,
    'work',
    traceCalls({ ...method, ...parts }, () => capture),
  )
  return library.work
}

describe('a synchronous function', () => {
  test('is traced with its input and output', () => {
    expect(traced((text: string) => text.length)('four')).toBe(4)
    expect(spans).toHaveLength(1)
    expect(spans[0]).toMatchObject({ name: 'Work', spanType: 'LLM', inputs: 'four', outputs: 4 })
  })

  test('that throws is marked, and the error is the same', () => {
    const error = new RangeError('too long')
    const work = traced(() => {
      throw error
    })
    expect(work).toThrow(error)
    expect(spans[0]?.status).toEqual({ code: 'ERROR', message: 'RangeError: too long' })
  })
})

test('the original runs in the context of its span, and its caller does not', async () => {
  const inside: (LiveSpan | undefined)[] = []
  await traced(async () => {
    inside.push(activeSpan())
    await null
    inside.push(activeSpan())
  })()
  expect(inside.map((span) => span?.name)).toEqual(['Work', 'Work'])
  expect(activeSpan()).toBeUndefined()
})

test('a call that is not sampled takes what runs below it out of the sample too', async () => {
  const work = traced(async () => {
    await null
    const inside = withSpan(({ isRecording }) => isRecording, { samplingRatio: 1 })
    return [inside, traced(() => activeSpan()?.isRecording)()]
  })
  expect(await context({ samplingRatio: 0 }, work)).toEqual([false, false])
  expect(spans).toEqual([])
  expect(await context({ samplingRatio: 1 }, work)).toEqual([true, true])
})

test('the span is a child of the span of the caller', () => {
  const outer = withSpan(
    (span) => {
      traced(() => 1)()
      return span
    },
    { name: 'caller' },
  )
  expect(spans[0]?.parentId).toBe(outer.spanId)
})

test('a model call inside the model call of another integration is that call, and is not traced twice', async () => {
  const provider = traced(async () => 'answer')
  const framework = traced(async () => provider(), { name: 'Framework', kind: 'CHAT_MODEL' })
  expect(await framework()).toBe('answer')
  expect(spans.map((span) => span.name)).toEqual(['Framework'])
})

test('a model call inside a tool, or inside an LLM span the application made, is traced', async () => {
  const provider = traced(async () => 'answer')
  await traced(async () => provider(), { name: 'Tool', kind: 'TOOL' })()
  await withSpan(() => provider(), { name: 'mine', spanType: 'LLM' })
  expect(spans.map((span) => span.name)).toEqual(['Work', 'Tool', 'Work', 'mine'])
})

test('nothing is traced while it is suppressed, disabled, or switched off', () => {
  const work = traced(() => 1)
  expect(suppress(work)).toBe(1)
  disable()
  expect(work()).toBe(1)
  enable()
  const library = { work: () => 1 }
  patchMethod(
    library,
    'work',
    traceCalls(method, () => undefined),
  )
  expect(library.work()).toBe(1)
  expect(spans).toEqual([])
})

describe('with content off', () => {
  const off = { captureInputs: false, captureOutputs: false }

  test('an error keeps its type and its places, and loses its message', () => {
    const work = traced(
      () => {
        throw new RangeError('the secret\n    at secret (/home/secret.js:1:1)')
      },
      {},
      off,
    )
    expect(work).toThrow('the secret')
    expect(spans[0]?.status).toEqual({ code: 'ERROR', message: 'RangeError: [not captured]' })
    const event = (spans[0] as RecordingSpan).toSpan().events[0]
    const texts = [...(event?.attributes.values() ?? [])].join('\n')
    expect(texts).toContain('call.test.ts')
    expect(texts).not.toContain('secret')
  })

  test('a failure the model reports keeps its status only', () => {
    traced(() => 1, { end: () => ({ failure: 'the secret' }) }, off)()
    expect(spans[0]?.status).toEqual({ code: 'ERROR', message: '[not captured]' })
  })

  test('attributes without content stay', () => {
    const start = () => ({
      inputs: 'secret',
      attributes: [[SpanKey.model, 'gpt']] as const,
      contentAttributes: [['prompt', 'secret']] as const,
    })
    traced(() => 'secret', { start }, off)()
    expect(spans[0]?.getAttribute(SpanKey.model)).toBe('gpt')
    expect(spans[0]?.getAttribute('prompt')).toBeUndefined()
    expect([spans[0]?.inputs, spans[0]?.outputs]).toEqual([undefined, undefined])
  })

  test('of one side only, the other side is kept', () => {
    traced((text: string) => text.length, {}, { captureInputs: false })('four')
    traced((text: string) => text.length, {}, { captureOutputs: false })('four')
    expect(spans.map((span) => [span.inputs, span.outputs])).toEqual([
      [undefined, 4],
      ['four', undefined],
    ])
  })
})

test('mappings that throw cost their part of the span only', () => {
  const fail = () => {
    throw new Error('a bug in a mapping')
  }
  expect(traced((text: string) => text.length, { start: fail })('four')).toBe(4)
  expect(traced((text: string) => text.length, { end: fail })('four')).toBe(4)
  expect(spans.map((span) => [span.inputs, span.outputs, span.status.code])).toEqual([
    [undefined, 4, 'OK'],
    ['four', undefined, 'OK'],
  ])
})

test('a mapping cannot add attributes without end', () => {
  function* endless(): Generator<readonly [string, number]> {
    for (let index = 0; ; index++) yield [`key${index}`, index]
  }
  expect(traced(() => 1, { start: () => ({ attributes: endless() }) })()).toBe(1)
  expect(spans[0]?.getAttribute('key127')).toBe(127)
  expect(spans[0]?.getAttribute('key128')).toBeUndefined()
})
