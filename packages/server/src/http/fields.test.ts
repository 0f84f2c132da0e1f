import { type JsonValue, parseJson } from '@clew/model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { flag, integer, isJsonObject, readFields, requiredText, tagPairs, text } from './fields.ts'

const schema = z.object({
  name: requiredText,
  max_results: integer.optional(),
  order_by: z.array(text).optional(),
  allow_partial: flag.optional(),
  tags: tagPairs.optional(),
})

describe('readFields', () => {
  it('reads the fields it knows and ignores the rest', () => {
    expect(read('{"name":"a","max_results":5,"unknown":1,"order_by":["x"]}')).toEqual({
      name: 'a',
      max_results: 5,
      order_by: ['x'],
    })
  })

  it.each([
    ['5', 5],
    ['2.0', 2],
    ['"5"', 5],
    ['9007199254740993', 9007199254740992],
  ])('takes %s for a 64-bit integer as protobuf does', (json, value) => {
    expect(read(`{"name":"a","max_results":${json}}`)).toMatchObject({ max_results: value })
  })

  it('takes camelCase for snake_case, and null for absent', () => {
    expect(read('{"name":"a","maxResults":7,"order_by":null}')).toEqual({ name: 'a', max_results: 7 })
  })

  it.each([
    [
      '{}',
      "Missing value for required parameter 'name'. See the API docs for more information about request parameters.",
    ],
    ['{"name":""}', /^Missing value for required parameter 'name'/],
    ['{"name":null}', /^Missing value for required parameter 'name'/],
    [
      '{"name":5}',
      /^Invalid value 5 for parameter 'name' supplied: {2}Hint: Value was of type 'int'\. See the API docs/,
    ],
    ['{"name":"a","max_results":"x"}', /^Invalid value "x" for parameter 'max_results' supplied: .*type 'str'/],
    ['{"name":"a","max_results":1.5}', /type 'float'/],
    ['{"name":"a","order_by":"x"}', /^Invalid value "x" for parameter 'order_by' supplied: .*type 'str'/],
    ['{"name":"a","tags":{"a":"b"}}', /^Invalid value \{"a":"b"\} for parameter 'tags' supplied: .*type 'dict'/],
    ['{"name":["a"]}', /type 'list'/],
    ['{"name":true}', /type 'bool'/],
    ['{"name":"a","allow_partial":"maybe"}', "Invalid boolean value: maybe, must be 'true' or 'false'."],
  ])('answers %s in the words of MLflow', (json, message) => {
    expect(() => read(json)).toThrow(message)
  })

  it("takes Python's True for true", () => {
    expect(read('{"name":"a","allow_partial":"True"}')).toMatchObject({ allow_partial: true })
  })

  it('keeps hostile keys as keys', () => {
    const { tags } = read('{"name":"a","__proto__":{"x":1},"tags":[{"key":"__proto__","value":"v"},{"key":"k"}]}')
    expect([...(tags ?? [])]).toEqual([
      ['__proto__', 'v'],
      ['k', ''],
    ])
    expect({}).not.toHaveProperty('x')
  })

  it('does not repeat a long value in its message', () => {
    expect(() => read(`{"name":"a","order_by":"${'x'.repeat(100_000)}"}`)).toThrow(/^.{0,500}$/s)
  })
})

function read(json: string): z.output<typeof schema> {
  const value: JsonValue = parseJson(json)
  if (!isJsonObject(value)) throw new Error('the test wants an object')
  return readFields(schema, value)
}
