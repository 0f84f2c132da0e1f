import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { observeResult } from './observe-result.ts'

function observer() {
  const seen: unknown[] = []
  return {
    seen,
    succeed: (value: unknown) => void seen.push(['succeed', value]),
    fail: (thrown: unknown) => void seen.push(['fail', thrown]),
  }
}

class RichPromise<T> extends Promise<T> {
  extra() {
    return 'rich'
  }
}

describe('observeResult', () => {
  test('a value is returned as it is, observed at once', () => {
    const watching = observer()
    const value = {}
    expect(observeResult(value, watching)).toBe(value)
    expect(watching.seen).toEqual([['succeed', value]])
  })

  test('a plain promise becomes a plain promise that settles alike', async () => {
    const watching = observer()
    const good = observeResult(Promise.resolve(1), watching)
    expect(Object.getPrototypeOf(good)).toBe(Promise.prototype)
    expect(await good).toBe(1)
    const error = new Error('x')
    await expect(observeResult(Promise.reject(error), watching)).rejects.toBe(error)
    expect(watching.seen).toEqual([
      ['succeed', 1],
      ['fail', error],
    ])
  })

  test('own properties of a plain promise are carried over', async () => {
    const cancellable = Object.assign(Promise.resolve(1), { cancel: () => 'cancelled' })
    const observed = observeResult(cancellable, observer())
    expect(observed.cancel()).toBe('cancelled')
    expect(await observed).toBe(1)
  })

  test('a subclass of Promise comes back as the same object, observed when it is awaited', async () => {
    const watching = observer()
    const rich = new RichPromise<number>((resolve) => resolve(5))
    const observed = observeResult(rich, watching)
    expect(observed).toBe(rich)
    expect(observed.extra()).toBe('rich')
    expect(await observed).toBe(5)
    expect(watching.seen).toEqual([['succeed', 5]])
    expect(observed.then((n) => n)).toBeInstanceOf(RichPromise)
  })

  test('catch and finally of a rich promise are observed too', async () => {
    const watching = observer()
    const error = new Error('x')
    const failing = () => observeResult(new RichPromise((_, reject) => reject(error)), watching)
    expect(await failing().catch((caught: unknown) => caught)).toBe(error)
    await expect(failing().finally(() => undefined)).rejects.toBe(error)
    expect(watching.seen).toEqual([
      ['fail', error],
      ['fail', error],
    ])
  })

  test('a lazy thenable is not started, and is started once by whoever awaits it', async () => {
    const watching = observer()
    let runs = 0
    const query = {
      // biome-ignore lint/suspicious/noThenProperty: a query builder is a thenable
      then(onFulfilled: (value: string) => unknown) {
        runs += 1
        return Promise.resolve('rows').then(onFulfilled)
      },
    }
    const observed = observeResult(query, watching)
    expect(observed).toBe(query)
    expect(runs).toBe(0)
    expect(await observed).toBe('rows')
    expect(runs).toBe(1)
    expect(watching.seen).toEqual([['succeed', 'rows']])
    expect(Object.keys(observed)).toEqual(['then'])
  })

  test('a frozen thenable counts as a value', () => {
    const watching = observer()
    const frozen = Object.freeze(new RichPromise(() => undefined))
    expect(observeResult(frozen, watching)).toBe(frozen)
    expect(watching.seen).toEqual([['succeed', frozen]])
  })

  test('a `then` that throws when it is read counts as a value', () => {
    const watching = observer()
    const hostile = Object.defineProperty({}, 'then', {
      get() {
        throw new Error('no')
      },
    })
    expect(observeResult(hostile, watching)).toBe(hostile)
    expect(watching.seen).toHaveLength(1)
  })
})

/** How a program ends up: each unhandled rejection, and warnings about late handling, in a process of its own. */
async function eventsOf(prelude: string, program: string): Promise<string> {
  const source = `
    process.on('unhandledRejection', (reason) => console.log('unhandled', reason.message))
    process.on('rejectionHandled', () => console.log('handled late'))
    class RichPromise extends Promise {}
    ${prelude}
    ${program}`
  const arguments_ = ['--conditions=@clew/source', '--no-warnings', '--input-type=module', '--eval', source]
  const cwd = fileURLToPath(new URL('..', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, arguments_, { cwd })
  return stdout
}

const untraced = 'const trace = (fn) => fn'
const traced = `
  import { init, trace } from '@clew/tracing'
  init({ trackingUri: 'http://127.0.0.1:9', logger: { warn() {} }, exitTimeoutMs: 0 })`

describe('unhandled rejections are the same with and without tracing', () => {
  const fail = `const fail = trace(async () => { throw new Error('boom') })`
  const failRich = `const fail = trace(() => new RichPromise((_, reject) => reject(new Error('boom'))))`
  const failLater = `const fail = trace(async () => { await new Promise((r) => setTimeout(r, 5)); throw new Error('boom') })`
  test.each([
    ['nobody handles it', `${fail}; fail()`, 'unhandled boom\n'],
    ['it is awaited', `${fail}; await fail().catch(() => console.log('caught'))`, 'caught\n'],
    [
      'it is handled with a second argument to then',
      `${fail}; fail().then(undefined, () => console.log('caught'))`,
      'caught\n',
    ],
    ['only its success is handled', `${fail}; fail().then(() => {})`, 'unhandled boom\n'],
    [
      'it is handled too late',
      `${fail}; const p = fail(); setTimeout(() => p.catch(() => {}), 20)`,
      'unhandled boom\nhandled late\n',
    ],
    ['it fails later and nobody handles it', `${failLater}; fail()`, 'unhandled boom\n'],
    ['a rich promise nobody handles', `${failRich}; fail()`, 'unhandled boom\n'],
    ['a rich promise that is awaited', `${failRich}; try { await fail() } catch { console.log('caught') }`, 'caught\n'],
    ['a rich promise of which only the success is handled', `${failRich}; fail().then(() => {})`, 'unhandled boom\n'],
  ])('when %s', async (_, program, expected) => {
    const [without, within] = await Promise.all([eventsOf(untraced, program), eventsOf(traced, program)])
    expect(without).toBe(expected)
    expect(within).toBe(without)
  })
})
