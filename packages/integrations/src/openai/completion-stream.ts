import { isObject, readField, readList, readNumber, readString, type StreamFold } from '@clew/tracing/instrument'
import { endCall } from './map.ts'
import { entryAt, TextBudget } from './text.ts'

/** Folds the chunks of a legacy completion into the completion that would have come without streaming. */
export function completionFold(): StreamFold {
  const header = new Map<string, unknown>()
  const choices = new Map<number, { text: string; finishReason: string | null }>()
  const budget = new TextBudget()
  return {
    step(chunk) {
      for (const name of ['id', 'created', 'model', 'system_fingerprint']) {
        const value = readString(chunk, name) ?? readNumber(chunk, name)
        if (value !== undefined) header.set(name, value)
      }
      const usage = readField(chunk, 'usage')
      if (isObject(usage)) header.set('usage', structuredClone(usage))
      for (const choice of readList(chunk, 'choices')) {
        const known = entryAt(choices, readField(choice, 'index'), () => ({ text: '', finishReason: null }))
        if (!known) continue
        known.text += budget.take(readField(choice, 'text'))
        known.finishReason = readString(choice, 'finish_reason') ?? known.finishReason
      }
    },
    done() {
      const completed = [...choices]
        .sort(([left], [right]) => left - right)
        .map(([index, { text, finishReason }]) => ({ index, text, finish_reason: finishReason }))
      return endCall({ ...Object.fromEntries(header), object: 'text_completion', choices: completed })
    },
  }
}
