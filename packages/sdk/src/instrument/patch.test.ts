import { describe, expect, test } from 'vitest'
import { type CallObserver, originalOf, patchMethod } from './patch.ts'

class Library {
  calls: unknown[][] = []

  work(...args: unknown[]): object {
    this.calls.push(args)
    if (args[0] instanceof Error) throw args[0]
    return { args }
  }
}

const watching: CallObserver = (call) => {
  call.run()
  return undefined
}

const observers: Record<string, CallObserver> = {
  'that watches': watching,
  'that never runs the original': () => undefined,
  'that runs it three times': (call) => {
    call.run()
    call.run()
    call.run()
    return undefined
  },
  'that throws before': () => {
    throw new Error('before')
  },
  'that throws after': (call) => {
    call.run()
    throw new Error('after')
  },
}

describe.each(Object.entries(observers))('an observer %s', (_name, observer) => {
  test('leaves one call, with its arguments and its this', () => {
    const library = new Library()
    patchMethod(library, 'work', observer)
    library.work(1, 'two')
    expect(library.calls).toEqual([[1, 'two']])
  })

  test('leaves the result, the same object', () => {
    const library = new Library()
    const result = {}
    Object.defineProperty(library, 'work', { value: () => result, configurable: true })
    patchMethod(library, 'work', observer)
    expect(library.work()).toBe(result)
  })

  test('leaves the error, the same object', () => {
    const library = new Library()
    const error = new Error('thrown by the library')
    patchMethod(library, 'work', observer)
    expect(() => library.work(error)).toThrow(error)
    expect(library.calls).toHaveLength(1)
  })
})

test('an observer may put another value in place of the result, not of an error', () => {
  const library = new Library()
  patchMethod(library, 'work', () => ({ value: 'another' }))
  expect(library.work(1)).toBe('another')
  const error = new Error('thrown by the library')
  expect(() => library.work(error)).toThrow(error)
})

test('name, length, own properties, prototype and constructability are those of the original', () => {
  function Original(this: { made: boolean }, _one: unknown, _two: unknown): void {
    this.made = true
  }
  const mark = Symbol('mark')
  Object.assign(Original, { extra: 1, [mark]: 2 })
  const library = { Original }
  patchMethod(library, 'Original', watching)
  const patched = library.Original as unknown as typeof Original & (new () => { made: boolean })
  expect(patched).not.toBe(Original)
  expect([patched.name, patched.length]).toEqual(['Original', 2])
  expect(Object.getOwnPropertyDescriptors(patched)).toEqual(Object.getOwnPropertyDescriptors(Original))
  expect(new patched()).toBeInstanceOf(Original)
  expect(new patched().made).toBe(true)
})

test('the property keeps its descriptor', () => {
  for (const enumerable of [true, false]) {
    for (const writable of [true, false]) {
      const library = {}
      Object.defineProperty(library, 'work', { value: () => 1, enumerable, writable, configurable: true })
      expect(patchMethod(library, 'work', watching)).toBeDefined()
      expect(Object.getOwnPropertyDescriptor(library, 'work')).toMatchObject({
        enumerable,
        writable,
        configurable: true,
      })
    }
  }
})

test('an inherited method is patched for this object only, and not visibly', () => {
  const one = new Library()
  const other = new Library()
  const patch = patchMethod(one, 'work', watching)
  expect(Object.keys(one)).toEqual(['calls'])
  expect(other.work).toBe(Library.prototype.work)
  patch?.undo()
  expect(Object.hasOwn(one, 'work')).toBe(false)
})

test('a method is patched once, however often it is asked for', () => {
  const library = new Library()
  let observed = 0
  const observer: CallObserver = (call) => {
    observed++
    return watching(call)
  }
  expect(patchMethod(library, 'work', observer)).toBeDefined()
  expect(patchMethod(library, 'work', observer)).toBeUndefined()
  library.work()
  expect(observed).toBe(1)
})

test('replacing a patch observes the original beneath it, and undoing brings the first back', () => {
  const library = new Library()
  const seen: string[] = []
  const named = (name: string): CallObserver => {
    return () => {
      seen.push(name)
      return undefined
    }
  }
  patchMethod(library, 'work', named('first'))
  const second = patchMethod(library, 'work', named('second'), 'replace')
  library.work()
  second?.undo()
  library.work()
  expect(seen).toEqual(['second', 'first'])
  expect(library.calls).toHaveLength(2)
})

test('undoing puts the original back', () => {
  const library = { work: () => 1 }
  const original = library.work
  const patch = patchMethod(library, 'work', watching)
  expect(originalOf(library.work)).toBe(original)
  patch?.undo()
  patch?.undo()
  expect(library.work).toBe(original)
})

test('a patch somebody has wrapped since stays in place and stops observing', () => {
  const library = { work: () => 1 }
  let observed = 0
  const patch = patchMethod(library, 'work', () => {
    observed++
    return undefined
  })
  const ours = library.work
  library.work = () => ours() + 1
  const theirs = library.work
  patch?.undo()
  expect(library.work).toBe(theirs)
  expect(library.work()).toBe(2)
  expect(observed).toBe(0)
})

test('what cannot be replaced safely is left alone', () => {
  const frozen = Object.freeze({ work: () => 1 })
  const sealed = Object.preventExtensions(new Library())
  const accessor = Object.defineProperty({}, 'work', { get: () => () => 1, configurable: true })
  for (const library of [frozen, sealed, accessor, {}, { work: 'no function' }]) {
    const before = Object.getOwnPropertyDescriptors(library)
    expect(patchMethod(library, 'work', watching)).toBeUndefined()
    expect(Object.getOwnPropertyDescriptors(library)).toEqual(before)
  }
})

test('a frozen function can be patched where it is held', () => {
  const library = { work: Object.freeze(() => 1) }
  patchMethod(library, 'work', watching)
  expect(library.work()).toBe(1)
  expect(originalOf(library.work)).toBeDefined()
})
