import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { isThenable, type PromiseObserver, watchPromise } from './promise.ts'

function observer(): PromiseObserver & { readonly seen: unknown[][] } {
  const seen: unknown[][] = []
  const note = (event: string) => (value?: unknown) => void seen.push(value === undefined ? [event] : [event, value])
  return {
    seen,
    responded: note('responded'),
    value: note('value'),
    error: note('error'),
    raw: note('raw'),
    reader: () => undefined,
  }
}

let unhandled: unknown[] = []
let listeners: NodeJS.UnhandledRejectionListener[] = []

beforeEach(() => {
  unhandled = []
  listeners = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', (reason) => unhandled.push(reason))
})

afterEach(() => {
  process.removeAllListeners('unhandledRejection')
  for (const listener of listeners) process.on('unhandledRejection', listener)
})

const settled = () => new Promise((resolve) => setTimeout(resolve, 5))

/** As in openai ≥ 7: parses lazily, and `_thenUnwrap` is an own closure over what was there at the start. */
class LazyPromise extends Promise<unknown> {
  static override get [Symbol.species]() {
    return Promise
  }

  responsePromise: Promise<unknown>
  parseResponse: (response: unknown) => Promise<unknown>
  parsedPromise: Promise<unknown> | undefined
  _thenUnwrap: (transform: (value: unknown) => unknown) => LazyPromise

  constructor(response: Promise<unknown>, parse: (response: unknown) => Promise<unknown>) {
    super((resolve) => resolve(null))
    this.responsePromise = response
    this.parseResponse = parse
    this._thenUnwrap = (transform) => new LazyPromise(response, async (value) => transform(await parse(value)))
  }

  asResponse(): Promise<unknown> {
    return this.responsePromise
  }

  // biome-ignore lint/suspicious/noThenProperty: the libraries do this, and it is what is tested
  override then<A = unknown, B = never>(
    onValue?: ((value: unknown) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.parsedPromise ??= this.responsePromise.then((response) => this.parseResponse(response))
    return this.parsedPromise.then(onValue, onError)
  }
}

const parsing = async (response: unknown): Promise<unknown> => ({ parsed: response })

describe('a rich promise', () => {
  test('stays the same object, and its value is seen before the caller has it', async () => {
    const seen = observer()
    const promise = new LazyPromise(Promise.resolve('response'), parsing)
    expect(watchPromise(promise, seen)).toBeUndefined()
    const value = await promise
    expect(value).toEqual({ parsed: 'response' })
    expect(seen.seen).toEqual([['responded'], ['value', value]])
  })

  test('is not parsed unless the caller wants that', async () => {
    const seen = observer()
    const parse = vi.fn(parsing)
    const promise = new LazyPromise(Promise.resolve('response'), parse)
    watchPromise(promise, seen)
    expect(await promise.asResponse()).toBe('response')
    await settled()
    expect(parse).not.toHaveBeenCalled()
    expect(seen.seen).toEqual([['responded'], ['raw']])
  })

  test('whose raw response is asked for late is known to be raw then', async () => {
    const seen = observer()
    const promise = new LazyPromise(Promise.resolve('response'), parsing)
    watchPromise(promise, seen)
    await settled()
    expect(seen.seen).toEqual([['responded']])
    await promise.asResponse()
    expect(seen.seen).toEqual([['responded'], ['raw']])
  })

  test('that is unwrapped shows the value as it was before', async () => {
    const seen = observer()
    const promise = new LazyPromise(Promise.resolve('response'), parsing)
    watchPromise(promise, seen)
    expect(await promise._thenUnwrap(() => 'unwrapped')).toBe('unwrapped')
    expect(seen.seen).toContainEqual(['value', { parsed: 'response' }])
    expect(seen.seen.filter(([event]) => event === 'value')[0]).toEqual(['value', { parsed: 'response' }])
  })

  test('that fails passes on the same error', async () => {
    const seen = observer()
    const error = new Error('refused')
    const promise = new LazyPromise(Promise.reject(error), parsing)
    watchPromise(promise, seen)
    await expect(promise).rejects.toBe(error)
    expect(seen.seen).toEqual([['error', error]])
  })

  test('that cannot be parsed passes on the same error', async () => {
    const seen = observer()
    const error = new SyntaxError('no JSON')
    const promise = new LazyPromise(Promise.resolve('response'), () => Promise.reject(error))
    watchPromise(promise, seen)
    await expect(promise).rejects.toBe(error)
    expect(seen.seen).toEqual([['responded'], ['error', error]])
  })

  test('that is frozen is left alone', async () => {
    const seen = observer()
    const promise = Object.freeze(new LazyPromise(Promise.reject(new Error('refused')), async () => undefined))
    expect(() => watchPromise(promise, seen)).toThrow(TypeError)
    promise.asResponse().catch(() => undefined)
    await settled()
    expect(unhandled).toEqual([])
  })

  test.each([
    ['forgotten', 1, () => undefined],
    ['awaited and handled', 0, (promise: LazyPromise) => promise.then(undefined, () => undefined)],
    ['followed without a handler', 1, (promise: LazyPromise) => void promise.then(() => undefined)],
    ['unwrapped and forgotten', 1, (promise: LazyPromise) => void promise._thenUnwrap((value) => value)],
    [
      'unwrapped and handled',
      0,
      (promise: LazyPromise) => promise._thenUnwrap((value) => value).then(undefined, () => undefined),
    ],
  ])('that fails and is %s leaves as many unhandled rejections as without us', async (_name, expected, use) => {
    const plain = new LazyPromise(Promise.reject(new Error('plain')), parsing)
    use(plain)
    await settled()
    const without = unhandled.length
    unhandled = []
    const watched = new LazyPromise(Promise.reject(new Error('watched')), parsing)
    watchPromise(watched, observer())
    use(watched)
    await settled()
    expect([without, unhandled.length]).toEqual([expected, expected])
  })
})

describe('a plain promise', () => {
  test('is replaced by one with the same outcome', async () => {
    const seen = observer()
    const value = {}
    const replacement = watchPromise(Promise.resolve(value), seen)
    expect(await replacement?.value).toBe(value)
    expect(seen.seen).toEqual([['value', value]])
  })

  test.each([
    [1, () => undefined],
    [0, (promise: Promise<unknown>) => promise.catch(() => undefined)],
  ])('that fails leaves %i unhandled rejections', async (expected, use) => {
    const seen = observer()
    const error = new Error('refused')
    use(watchPromise(Promise.reject(error), seen)?.value as Promise<unknown>)
    await settled()
    expect(unhandled).toHaveLength(expected)
    expect(seen.seen).toEqual([['error', error]])
  })
})

describe('another thenable', () => {
  test('is not started by us, and runs once when the caller wants it', async () => {
    const start = vi.fn(() => 'rows')
    // biome-ignore lint/suspicious/noThenProperty: a query builder that runs when awaited
    const query = { then: (onValue: (value: unknown) => unknown) => Promise.resolve(start()).then(onValue) }
    const seen = observer()
    expect(isThenable(query)).toBe(true)
    expect(watchPromise(query, seen)).toBeUndefined()
    await settled()
    expect(start).not.toHaveBeenCalled()
    expect(await query).toBe('rows')
    expect(start).toHaveBeenCalledTimes(1)
    expect(seen.seen).toEqual([['value', 'rows']])
  })

  test('a subclass of Promise is seen through await, catch and finally', async () => {
    class Special extends Promise<unknown> {}
    const error = new Error('refused')
    const seen = observer()
    const promise = Special.reject(error)
    watchPromise(promise, seen)
    await expect(promise.finally(() => undefined)).rejects.toBe(error)
    expect(seen.seen).toContainEqual(['error', error])
  })
})
