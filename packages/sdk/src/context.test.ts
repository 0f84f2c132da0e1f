import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import {
  activeSpan,
  createSynchronousStorage,
  currentFrame,
  isSuppressed,
  runInFrame,
  runWithSpan,
  suppress,
} from './context.ts'
import { NO_OP_SPAN } from './span.ts'

const span = { ...NO_OP_SPAN, spanId: 'a' }
const other = { ...NO_OP_SPAN, spanId: 'b' }

describe('the context', () => {
  test('has no span outside', () => {
    expect(activeSpan()).toBeUndefined()
    expect(isSuppressed()).toBe(false)
  })

  test('follows awaits and nests', async () => {
    await runWithSpan(span, async () => {
      await sleep(1)
      expect(activeSpan()).toBe(span)
      await runWithSpan(other, async () => expect(activeSpan()).toBe(other))
      expect(activeSpan()).toBe(span)
    })
    expect(activeSpan()).toBeUndefined()
  })

  test('suppression lasts for everything inside, spans included', async () => {
    await suppress(async () => {
      await sleep(1)
      expect(isSuppressed()).toBe(true)
      runWithSpan(span, () => expect(isSuppressed()).toBe(true))
    })
    expect(isSuppressed()).toBe(false)
  })

  test('a kept frame can be entered from elsewhere', () => {
    const frame = runWithSpan(span, () => currentFrame())
    expect(activeSpan()).toBeUndefined()
    expect(runInFrame(frame!, activeSpan)).toBe(span)
  })

  test('two copies of the module share it', async () => {
    vi.resetModules()
    const copy = await import('./context.ts')
    expect(copy.runWithSpan).not.toBe(runWithSpan)
    runWithSpan(span, () => expect(copy.activeSpan()).toBe(span))
  })

  test('without AsyncLocalStorage synchronous code still knows its span, also after a throw', () => {
    const storage = createSynchronousStorage()
    const frame = { span, isSuppressed: false, scope: undefined }
    storage.run(frame, () => {
      expect(storage.getStore()).toBe(frame)
      const inner = { ...frame, span: other }
      expect(() =>
        storage.run(inner, () => {
          expect(storage.getStore()).toBe(inner)
          throw new Error('x')
        }),
      ).toThrow('x')
      expect(storage.getStore()).toBe(frame)
    })
    expect(storage.getStore()).toBeUndefined()
  })
})
