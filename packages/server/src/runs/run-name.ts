import { randomInt } from 'node:crypto'

const adjectives =
  'able amber bold brisk calm clever cosmic dapper eager fair gentle keen lively mellow nimble polite quiet rapid serene vivid'
const animals = 'ant bass bear crab crow deer dove duck elk fox hare hawk lark lynx mole moth newt seal wolf wren'

/** A name for a run that was given none, such as `quiet-wren-412`: easier to tell apart than ids. */
export function randomRunName(): string {
  return `${oneOf(adjectives)}-${oneOf(animals)}-${randomInt(1000)}`
}

function oneOf(words: string): string {
  const list = words.split(' ')
  return list[randomInt(list.length)] ?? words
}
