import { isObject, readField, readString, type StreamFold } from '@clew/tracing/instrument'
import { endCall } from './map.ts'
import { entryAt, inOrder, TextBudget } from './text.ts'

/** These events bring the whole response, so nothing need be added up. */
const FINAL: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete', 'response.failed'])

/**
 * Folds the events of the responses API. If the stream ends early, the response is put together from what came: the
 * response as it was created, finished output items, and the text of unfinished ones.
 */
export function responseFold(): StreamFold {
  const budget = new TextBudget()
  const items = new Map<number, Item>()
  let created: unknown
  let final: unknown
  return {
    step(event) {
      const type = readString(event, 'type') ?? ''
      if (FINAL.has(type)) final = structuredClone(readField(event, 'response'))
      else if (type === 'response.created') created = structuredClone(readField(event, 'response'))
      else if (type.startsWith('response.')) addEvent(items, { type, event, budget })
    },
    done() {
      if (final !== undefined) return endCall(final)
      const header = isObject(created) ? created : { object: 'response' }
      return endCall({ ...header, output: inOrder(items).map(completedItem) })
    },
  }
}

interface Item {
  /** The item as it was added, then as it was finished. */
  value: unknown
  isDone: boolean
  /** What its deltas have brought: message parts by index, or the arguments of a call. */
  readonly parts: Map<number, { text: string; refusal: string }>
  arguments: string
}

function addEvent(items: Map<number, Item>, incoming: { type: string; event: unknown; budget: TextBudget }): void {
  const { type, event, budget } = incoming
  const index = readField(event, 'output_index')
  if (index === undefined) return
  const item = entryAt(items, index, () => ({ value: undefined, isDone: false, parts: new Map(), arguments: '' }))
  if (!item || item.isDone) return
  if (type === 'response.output_item.added') item.value = structuredClone(readField(event, 'item'))
  if (type === 'response.output_item.done') {
    item.value = structuredClone(readField(event, 'item'))
    item.isDone = true
  }
  if (type === 'response.function_call_arguments.delta' || type === 'response.custom_tool_call_input.delta') {
    item.arguments += budget.take(readField(event, 'delta'))
  }
  if (type !== 'response.output_text.delta' && type !== 'response.refusal.delta') return
  const part = entryAt(item.parts, readField(event, 'content_index'), () => ({ text: '', refusal: '' }))
  if (!part) return
  if (type === 'response.refusal.delta') part.refusal += budget.take(readField(event, 'delta'))
  else part.text += budget.take(readField(event, 'delta'))
}

function completedItem(item: Item): unknown {
  if (item.isDone) return item.value
  const header = isObject(item.value) ? item.value : {}
  const content = inOrder(item.parts).map(({ text, refusal }) =>
    refusal === '' ? { type: 'output_text', text } : { type: 'refusal', refusal },
  )
  if (item.arguments !== '') return { ...header, arguments: item.arguments }
  return content.length > 0 ? { ...header, content } : header
}
