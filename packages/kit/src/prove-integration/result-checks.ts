import { withSpan } from '@clew/tracing'
import { injectFailure, originalOf, tracingFailures, tracingSteps } from '@clew/tracing/instrument'
import { expect } from 'vitest'
import type { Check } from './check.ts'
import { type Fixture, isFailure, isStreamed } from './fixture.ts'
import { CALLER, expectGolden } from './golden.ts'
import { describeError, type Stage } from './stage.ts'

/** What the caller gets is what the library gives, and what is recorded is what the golden files say. */
export function resultChecks(fixtures: readonly Fixture[]): Check[] {
  return [
    ...fixtures.map(goldenCheck),
    { name: 'results, chunks and errors reach the caller unchanged and in order', run: checkResults },
    { name: 'requests are not changed', run: checkRequests },
    { name: 'promises of the library keep their methods, and these their results', run: checkPromises },
    { name: 'the same functions are back once the integration is off', run: checkUndo },
    { name: 'a call is one span, however often tracing was asked for', run: checkOnce },
    { name: 'one client can be traced alone', run: checkTraced },
    ...tracingSteps.filter((step) => step !== 'autolog').map(failureCheck),
  ]
}

function goldenCheck(fixture: Fixture): Check {
  return {
    name: `${fixture.name}: the spans are those of ${fixture.name}.spans.json`,
    async run(stage) {
      await stage.withTracing(() => withSpan(() => stage.run(fixture), { name: CALLER }))
      const spans = await stage.takeSpans()
      expect(new Set(spans.map((span) => span.spanId)).size).toBe(spans.length)
      expectGolden(spans, stage.goldenFile(fixture))
      expect(spans.filter((span) => span.parentSpanId === undefined).map((span) => span.name)).toEqual([CALLER])
    },
  }
}

async function checkResults(stage: Stage): Promise<void> {
  for (const fixture of stage.fixtures) {
    const plain = await stage.runPlain(fixture)
    expect(plain.kind, fixture.name).toBe(expectedKind(stage, fixture, plain.kind))
    expect(await stage.withTracing(() => stage.run(fixture)), fixture.name).toStrictEqual(plain)
  }
}

/** A fixture that by mistake only ever fails would prove nothing. */
function expectedKind(stage: Stage, fixture: Fixture, actual: string): string {
  if (isFailure(fixture)) return 'error'
  if (!isStreamed(fixture)) return 'value'
  const endsBadly = fixture.replies.some((reply) => reply.events?.some((event) => event.startsWith('{"error":')))
  if (endsBadly) return 'error'
  return stage.isDirect(fixture) ? 'chunks' : actual
}

async function checkRequests(stage: Stage): Promise<void> {
  for (const fixture of stage.fixtures.filter((candidate) => stage.isDirect(candidate))) {
    const request = structuredClone(fixture.request)
    await stage.withTracing(async () => {
      const call = stage.start(fixture, stage.connect(fixture), request)
      await Promise.resolve(call).catch(() => 'a failing call must not change its request either')
    })
    expect(request, fixture.name).toStrictEqual(fixture.request)
  }
}

async function checkPromises(stage: Stage): Promise<void> {
  const fixture = stage.fixtures.find((candidate) => stage.isDirect(candidate) && !isFailure(candidate))
  if (!fixture) throw new Error('there is no fixture of a successful call')
  const plain = await describePromise(stage, fixture)
  expect(await stage.withTracing(() => describePromise(stage, fixture))).toStrictEqual(plain)
}

/** The class of a promise, the names one can call on it, and what each that takes no argument gives on a fresh one. */
async function describePromise(stage: Stage, fixture: Fixture): Promise<unknown> {
  const promise = stage.start(fixture, stage.connect(fixture))
  if (typeof promise !== 'object' || promise === null) return promise
  const names = methodNames(promise)
  await promise
  const results = new Map<string, unknown>()
  for (const name of names.filter((candidate) => /^(as|with)[A-Z]/.test(candidate))) {
    const fresh = stage.start(fixture, stage.connect(fixture)) as object
    const method: unknown = Reflect.get(fresh, name)
    if (typeof method === 'function') results.set(name, describeResponse(await Reflect.apply(method, fresh, [])))
  }
  return { class: promise.constructor.name, names, results }
}

function methodNames(value: object): string[] {
  const names = new Set<string>()
  for (let current: object | null = value; current && current !== Object.prototype; ) {
    for (const key of Object.getOwnPropertyNames(current)) {
      if (typeof Reflect.get(value, key) === 'function') names.add(key)
    }
    current = Object.getPrototypeOf(current)
  }
  return [...names].sort()
}

function describeResponse(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ('status' in value && 'headers' in value) return { status: value.status }
  return Object.fromEntries(Object.entries(value).map(([key, nested]) => [key, describeResponse(nested)]))
}

async function checkUndo(stage: Stage): Promise<void> {
  const functions = () => stage.integration.table.methods.map((method) => descriptorAt(stage.library, method.path))
  const before = functions()
  await stage.withTracing(async () => {
    for (const [index, during] of functions().entries()) {
      const own = before[index]
      expect(originalOf(during?.value)).toBe(own?.value)
      expect({ ...during, value: undefined }).toEqual({ ...own, value: undefined })
      expect([during?.value.name, during?.value.length]).toEqual([own?.value.name, own?.value.length])
    }
  })
  expect(functions()).toStrictEqual(before)
}

function descriptorAt(library: object, path: string): PropertyDescriptor | undefined {
  const keys = path.split('.')
  const last = keys.pop() ?? ''
  const holder = keys.reduce<unknown>((value, key) => Reflect.get(value as object, key), library)
  return Object.getOwnPropertyDescriptor(holder as object, last)
}

async function checkOnce(stage: Stage): Promise<void> {
  const fixture = firstSuccess(stage)
  await stage.withTracing(async () => {
    stage.integration.autolog({ module: stage.library })
    const client = stage.integration.traced(stage.connect(fixture))
    await stage.start(fixture, client)
  })
  expect(await stage.takeSpans()).toHaveLength(1)
}

async function checkTraced(stage: Stage): Promise<void> {
  const fixture = firstSuccess(stage)
  const client = stage.connect(fixture)
  expect(stage.integration.traced(client)).toBe(client)
  await stage.start(fixture, stage.connect(fixture))
  expect(await stage.takeSpans()).toHaveLength(0)
  await stage.start(fixture, client)
  expect(await stage.takeSpans()).toHaveLength(1)
}

export function firstSuccess(stage: Stage): Fixture {
  const found = stage.fixtures.find((one) => stage.isDirect(one) && !isFailure(one) && !isStreamed(one))
  if (!found) throw new Error('there is no fixture of a successful call')
  return found
}

/** Every step of the engine fails at each of its runs; the host must not notice, and the step must exist. */
function failureCheck(step: (typeof tracingSteps)[number]): Check {
  return {
    name: `a failure of the step ${step} is not noticed by the host`,
    async run(stage) {
      const before = tracingFailures().get(step) ?? 0
      for (const fixture of stage.fixtures) {
        const plain = await stage.runPlain(fixture)
        const restore = injectFailure(step)
        try {
          expect(await stage.withTracing(() => stage.run(fixture)), fixture.name).toStrictEqual(plain)
        } catch (error) {
          throw new Error(`${fixture.name}: ${JSON.stringify(describeError(error))}`, { cause: error })
        } finally {
          restore()
        }
      }
      const isReachable = stage.streams.length > 0 || !step.startsWith('stream.')
      if (isReachable) expect(tracingFailures().get(step) ?? 0, `${step} has never run`).toBeGreaterThan(before)
      await stage.sweepAndTakeSpans()
    },
  }
}
