import { encodeJson } from '../json/encode.ts'
import { parseJson, readAttribute, readText } from '../json/parse.ts'
import type { JsonText, JsonValue } from '../json/text.ts'
import { writeJson } from '../json/write.ts'
import type { Attributes, Span } from '../span.ts'
import type { GatheringSource, Source } from './vocabulary.ts'

/** What a span type is read from: an attribute whose words stand for MLflow's types. Unknown words stand for nothing. */
export function typeByWord(
  key: string,
  words: Readonly<Record<string, string>>,
): (attributes: Attributes) => string | undefined {
  const types = new Map(Object.entries(words))
  return (attributes) => {
    const word = readText(attributes, key)
    return word === undefined ? undefined : types.get(word)
  }
}

/** An attribute by its name, or what a function gathers; `undefined` for what says nothing: `""`, `[]`, `{}`, null, false, 0. */
export function readSource(span: Span, source: Source): JsonText | undefined {
  const text = typeof source === 'string' ? span.attributes.get(source) : source(span)
  return text === undefined || emptyTexts.has(text) ? undefined : text
}

const emptyTexts: ReadonlySet<string> = new Set(['""', '[]', '{}', 'null', 'false', '0', '0.0'])

/** The first part of a name like `openai.chat`, which is the provider. */
export function upToDot(key: string): Source {
  return ({ attributes }) => {
    const text = readText(attributes, key)
    return text === undefined ? undefined : encodeJson(text.split('.', 1)[0])
  }
}

/** All attributes whose names begin with `prefix`, as one object keyed by the rest; strings that hold JSON are read. */
export function objectOfPrefix(prefix: string): GatheringSource {
  return ({ attributes }) => {
    const object: Record<string, JsonValue> = Object.create(null)
    let found = false
    for (const name of attributes.keys()) {
      if (!name.startsWith(prefix)) continue
      const value = readAttribute(attributes, name)
      if (value === undefined) continue
      object[name.slice(prefix.length)] = Array.isArray(value) ? value.map(readIfJson) : value
      found = true
    }
    return found ? writeJson(object) : undefined
  }
}

/** An attribute that holds a list of JSON texts, as the list of what they say. */
export function listOfTexts(key: string): Source {
  return ({ attributes }) => {
    const value = readAttribute(attributes, key)
    return Array.isArray(value) ? writeJson(value.map(readIfJson)) : undefined
  }
}

/** Chat messages that arrive as span events: their attribute `content`, and the role the event's name says. */
export function messagesOfEvents(roles: Readonly<Record<string, string>>, contentKeys: readonly string[]): Source {
  const roleOf = new Map(Object.entries(roles))
  return ({ events }) => {
    const messages: JsonValue[] = []
    for (const { name, attributes } of events) {
      const role = roleOf.get(name)
      if (role === undefined) continue
      const content = contentKeys.map((key) => readAttribute(attributes, key)).find((value) => value !== undefined)
      if (content !== undefined) messages.push(plain({ role: readText(attributes, 'role') ?? role, content }))
    }
    return messages.length === 0 ? undefined : writeJson(messages)
  }
}

/** One attribute of the first event of that name. */
export function eventAttribute(event: string, key: string): Source {
  return ({ events }) => events.find(({ name }) => name === event)?.attributes.get(key)
}

/** One member of an attribute that holds an object. */
export function member(key: string, name: string): Source {
  return ({ attributes }) => {
    const value = memberOf(readAttribute(attributes, key), name)
    return value === undefined ? undefined : writeJson(value)
  }
}

/** A member of an untrusted value, if that is an object which has it. */
export function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.hasOwn(value, name) ? (value as { readonly [key: string]: JsonValue })[name] : undefined
}

/** An object without a prototype and without the members that are absent. */
export function plain(members: { readonly [key: string]: JsonValue | undefined }): JsonValue {
  const object: Record<string, JsonValue> = Object.create(null)
  for (const [name, value] of Object.entries(members)) if (value !== undefined) object[name] = value
  return object
}

function readIfJson(value: JsonValue): JsonValue {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value
  try {
    return parseJson(value)
  } catch {
    return value
  }
}
