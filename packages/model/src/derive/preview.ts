import type { JsonText } from '../json/text.ts'

/** Characters of a preview, the same in every MLflow store but Databricks'. */
export const PREVIEW_LENGTH = 1000

/** Beyond this no message is looked for: a preview is not worth parsing a file somebody logged. Characters. */
const PARSED_LENGTH = 4_194_304

/** Objects in `request` objects are followed no deeper than this. */
const REQUEST_DEPTH = 32

/**
 * The one line by which a person recognises a request or a response, as MLflow shortens it
 * (`mlflow.tracing.utils.truncation`): if the JSON is an object with chat messages, the text of the last message of
 * `role`, or of the last message; else the JSON text itself. At most {@link PREVIEW_LENGTH} characters, of which the
 * last three are dots when something was cut.
 *
 * @param json the inputs or outputs of a root span
 */
export function previewOf(json: JsonText, role: 'user' | 'assistant'): string {
  const text = messageText(json, role) || json
  if (text.length <= PREVIEW_LENGTH) return text
  const cut = text.slice(0, PREVIEW_LENGTH - 3)
  const isPairSplit = /[\uD800-\uDBFF]$/.test(cut)
  return `${isPairSplit ? cut.slice(0, -1) : cut}...`
}

function messageText(json: string, role: string): string {
  if (json.length > PARSED_LENGTH || !json.startsWith('{')) return ''
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return '' // not JSON: the text is its own preview
  }
  const messages = messagesOf(value)
  return textOf(messages.findLast((message) => message['role'] === role) ?? messages.at(-1))
}

/** Message arrays of OpenAI's Chat Completions and Responses, and of MLflow's ResponsesAgent, which wraps a request. */
function messagesOf(value: unknown): Fields[] {
  let object = value
  for (let depth = 0; depth < REQUEST_DEPTH && isFields(object); depth++) {
    const { messages, choices, input, output, request } = object
    if (isFilled(messages)) return messages.filter(isMessage)
    const answer = isFilled(choices) && isFields(choices[0]) ? choices[0]['message'] : undefined
    if (isMessage(answer)) return [answer]
    if (isFilled(input)) return input.filter(isMessage)
    if (isFilled(output)) return output.filter(isMessage)
    object = request
  }
  return []
}

function textOf(message: Fields | undefined): string {
  const content = message?.['content']
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  for (const part of content) {
    if (typeof part === 'string') return part
    if (isFields(part) && (part['type'] === 'text' || part['type'] === 'output_text')) {
      return typeof part['text'] === 'string' ? part['text'] : ''
    }
  }
  return ''
}

/** Read only: a key like `__proto__` in the text is an own property that nobody asks for. */
type Fields = Readonly<Record<string, unknown>>

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isFilled(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0
}

function isMessage(value: unknown): value is Fields {
  return isFields(value) && Object.hasOwn(value, 'role') && Object.hasOwn(value, 'content')
}
