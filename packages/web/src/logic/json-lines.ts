import type { JsonValue } from '@clew/model'
import { isList, isObject } from './chat/message.ts'

/** Characters of a string shown before it folds. */
export const STRING_FOLD = 240
/** Items of a list shown before it folds. */
const OBJECTS_SHOWN = 3
const SCALARS_SHOWN = 20
/** How many more one click shows. */
export const MORE_ITEMS = 100
/** A list of scalars this short stands on one line. */
const INLINE_LENGTH = 72
/** Levels open at first. */
const OPEN_DEPTH = 4

export type JsonScalar = string | number | bigint | boolean | null

/** One line of a JSON value on screen. */
export type JsonLine = {
  /** Unique within the value, and the same whatever is folded. */
  readonly path: string
  readonly level: number
  /** Key in the object above; absent inside lists. */
  readonly name?: string
  readonly hasComma: boolean
} & JsonLineContent

export type JsonLineContent =
  | { readonly type: 'scalar'; readonly value: JsonScalar; readonly isFolded: boolean }
  | { readonly type: 'inline'; readonly items: readonly JsonScalar[] }
  | { readonly type: 'open'; readonly bracket: '{' | '['; readonly count: number }
  | { readonly type: 'close'; readonly bracket: '}' | ']' }
  | { readonly type: 'folded'; readonly bracket: '{' | '['; readonly summary: string; readonly count: string }
  | { readonly type: 'more'; readonly hidden: number; readonly listPath: string }

/** What the reader changed from the way a value first shows. */
export interface JsonFolds {
  /** Objects and lists opened that were closed at first, or the other way round; strings opened. */
  readonly toggled: ReadonlySet<string>
  /** By list path: how many items beyond the first are shown. */
  readonly more: ReadonlyMap<string, number>
}

export const NO_FOLDS: JsonFolds = { toggled: new Set(), more: new Map() }

/** The lines of a value. Only open parts are visited, so the work follows what is shown. */
export function jsonLines(value: JsonValue, folds: JsonFolds): readonly JsonLine[] {
  const lines: JsonLine[] = []
  addValue(lines, value, { path: '', level: 0, hasComma: false, opensByDefault: true }, folds)
  return lines
}

interface Place {
  readonly path: string
  readonly level: number
  readonly name?: string
  readonly hasComma: boolean
  readonly opensByDefault: boolean
}

function addValue(lines: JsonLine[], value: JsonValue, place: Place, folds: JsonFolds): void {
  const { opensByDefault, ...line } = place
  if (isList(value)) addList(lines, value, place, folds)
  else if (isObject(value)) {
    const entries = Object.entries(value)
    if (entries.length === 0 || !isOpen(place, folds)) {
      lines.push({
        ...line,
        type: 'folded',
        bracket: '{',
        summary: summarise(entries),
        count: counted(entries.length, 'key'),
      })
      return
    }
    lines.push({ ...line, hasComma: false, type: 'open', bracket: '{', count: entries.length })
    for (const [index, [name, item]] of entries.entries()) {
      const isLast = index === entries.length - 1
      addValue(lines, item, below(place, { key: name, name, hasComma: !isLast, opensByDefault: true }), folds)
    }
    lines.push({ path: `${place.path}}`, level: place.level, hasComma: place.hasComma, type: 'close', bracket: '}' })
  } else {
    const isFolded = typeof value === 'string' && value.length > STRING_FOLD && !folds.toggled.has(place.path)
    lines.push({ ...line, type: 'scalar', value, isFolded })
  }
}

function addList(lines: JsonLine[], list: readonly JsonValue[], place: Place, folds: JsonFolds): void {
  const { opensByDefault, ...line } = place
  const isScalars = list.every(isScalar)
  if (isScalars && isShort(list) && !folds.toggled.has(place.path)) {
    lines.push({ ...line, type: 'inline', items: list })
    return
  }
  const isVector = list.length > SCALARS_SHOWN && list.every((item) => typeof item === 'number')
  if (!isOpen({ ...place, opensByDefault: place.opensByDefault && !isVector }, folds)) {
    const count = counted(list.length, isVector ? 'number' : 'item')
    lines.push({ ...line, type: 'folded', bracket: '[', summary: '', count })
    return
  }
  lines.push({ ...line, hasComma: false, type: 'open', bracket: '[', count: list.length })
  const limit = (isScalars ? SCALARS_SHOWN : OBJECTS_SHOWN) + (folds.more.get(place.path) ?? 0)
  const shown = list.length <= limit ? list : list.slice(0, limit)
  for (const [index, item] of shown.entries()) {
    const isLast = index === list.length - 1
    addValue(lines, item, below(place, { key: String(index), hasComma: !isLast, opensByDefault: index === 0 }), folds)
  }
  const hidden = list.length - shown.length
  if (hidden > 0) {
    const more = { path: `${place.path}…`, level: place.level + 1, hasComma: false, hidden, listPath: place.path }
    lines.push({ ...more, type: 'more' })
  }
  lines.push({ path: `${place.path}]`, level: place.level, hasComma: place.hasComma, type: 'close', bracket: ']' })
}

function below(place: Place, at: { key: string; name?: string; hasComma: boolean; opensByDefault: boolean }): Place {
  const { key, ...rest } = at
  return { ...rest, path: `${place.path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, level: place.level + 1 }
}

function isOpen(place: Place, folds: JsonFolds): boolean {
  const opens = place.opensByDefault && place.level < OPEN_DEPTH
  return folds.toggled.has(place.path) ? !opens : opens
}

function isScalar(value: JsonValue): value is JsonScalar {
  return typeof value !== 'object' || value === null
}

function isShort(list: readonly JsonScalar[]): boolean {
  if (list.length > SCALARS_SHOWN) return false
  return list.reduce<number>((sum, item) => sum + String(item).length + 4, 0) <= INLINE_LENGTH
}

/** The first scalars of an object: enough to tell one item of a list from the next. */
function summarise(entries: readonly (readonly [string, JsonValue])[]): string {
  const scalars = entries.filter((entry): entry is [string, JsonScalar] => isScalar(entry[1])).slice(0, 2)
  const shown = scalars.map(([name, value]) => {
    const text =
      typeof value === 'string' ? JSON.stringify(value.length > 24 ? `${value.slice(0, 24)}…` : value) : value
    return `${name}: ${text}`
  })
  return entries.length > shown.length && shown.length > 0 ? `${shown.join(', ')}, …` : shown.join(', ')
}

function counted(count: number, one: string): string {
  return `${count.toLocaleString('en-US')} ${one}${count === 1 ? '' : 's'}`
}
