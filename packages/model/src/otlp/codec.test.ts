import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ClewError } from '../errors.ts'
import type { JsonText } from '../json/text.ts'
import { stringOfText, textOfString } from './attribute-text.ts'
import { decodeOtlpJson } from './decode-json.ts'
import { decodeOtlpProtobuf } from './decode-protobuf.ts'
import { encodeOtlpJson } from './encode-json.ts'
import { encodeOtlpProtobuf } from './encode-protobuf.ts'
import { oracleDecode, oracleEncode, textsOf, wireSpan } from './oracle/oracle.ts'
import { randomLiteralAttributes, randomSpan } from './oracle/random-span.ts'

const randomSpans = fc.array(randomSpan, { maxLength: 4 })

test('our bytes mean to generated code what the spans say', () => {
  fc.assert(
    fc.property(randomSpans, randomLiteralAttributes, (spans, resource) => {
      const request = oracleDecode(encodeOtlpProtobuf(spans, resource))
      const [group] = request.resourceSpans
      expect(textsOf(group!.resource!.attributes)).toEqual(resource)
      const wire = group!.scopeSpans[0]!.spans
      expect(wire).toHaveLength(spans.length)
      for (const [i, span] of spans.entries()) {
        const { kind, attributes, traceState, flags, status, ...rest } = wire[i]!
        const { kind: _, attributes: __, traceState: ___, flags: ____, status: expected, ...same } = wireSpan(span)
        expect(kind).toBe(1)
        expect(rest).toEqual(same)
        expect(status?.code ?? 0).toBe(expected!.code)
        expect(status?.message ?? '').toBe(expected!.message)
        const strings = attributes.map((entry) => entry.value?.value).filter((value) => value?.case === 'stringValue')
        expect(strings.map((value) => textOfString(value!.value as string))).toEqual(
          [...span.attributes.values()].filter((text) => /^["[{]/.test(text)),
        )
      }
    }),
  )
})

test('bytes of generated code are read as the spans they were made of', () => {
  fc.assert(
    fc.property(randomSpans, randomLiteralAttributes, (spans, resource) => {
      const { groups, rejected } = decodeOtlpProtobuf(oracleEncode(spans, resource))
      expect(rejected).toEqual({ count: 0, reason: '' })
      expect(groups).toEqual(spans.length === 0 ? [] : [{ resource, scope: { name: 'oracle', version: '1' }, spans }])
    }),
  )
})

test('protobuf there and back', () => {
  fc.assert(
    fc.property(randomSpans, randomLiteralAttributes, (spans, resource) => {
      const { groups } = decodeOtlpProtobuf(encodeOtlpProtobuf(spans, resource))
      expect(groups).toEqual(spans.length === 0 ? [] : [{ resource, scope: { name: 'clew', version: '' }, spans }])
    }),
  )
})

test('JSON there and back', () => {
  fc.assert(
    fc.property(randomSpans, randomLiteralAttributes, (spans, resource) => {
      const { groups } = decodeOtlpJson(encodeOtlpJson(spans, resource))
      expect(groups).toEqual(spans.length === 0 ? [] : [{ resource, scope: { name: 'clew', version: '' }, spans }])
    }),
  )
})

test('a string means itself, however much it looks like JSON', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.json(),
        fc.json().map((text) => JSON.stringify(text)),
      ),
      (raw) => {
        const text = JSON.stringify(raw) as JsonText
        expect(textOfString(stringOfText(text))).toBe(text)
      },
    ),
  )
})

describe('hostile bytes', () => {
  test('cut or changed, they are read or refused with a sentence, and nothing else happens', () => {
    const change = fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }), cut: fc.boolean() })
    fc.assert(
      fc.property(
        fc.array(randomSpan, { minLength: 1, maxLength: 2 }),
        fc.array(change, { minLength: 1 }),
        (spans, changes) => {
          let bytes = encodeOtlpProtobuf(spans, new Map())
          for (const { at, byte, cut } of changes) {
            if (cut) bytes = bytes.slice(0, at % (bytes.length + 1))
            else if (bytes.length > 0) bytes[at % bytes.length] = byte
          }
          expectReadOrRefused(() => decodeOtlpProtobuf(bytes))
        },
      ),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expectReadOrRefused(() => decodeOtlpProtobuf(bytes))
      }),
    )
  })

  test('the same of JSON', () => {
    const change = fc.record({ at: fc.nat(), piece: fc.constantFrom('"', '{', '[', ']', '1', '-', ',', 'x', '\\', '') })
    fc.assert(
      fc.property(randomSpan, fc.array(change, { minLength: 1 }), (span, changes) => {
        let text = encodeOtlpJson([span], new Map())
        for (const { at, piece } of changes) {
          const start = at % text.length
          text = text.slice(0, start) + piece + text.slice(start + 1)
        }
        expectReadOrRefused(() => decodeOtlpJson(text))
      }),
    )
    fc.assert(
      fc.property(fc.json(), (text) => {
        expectReadOrRefused(() => decodeOtlpJson(text))
      }),
    )
  })
})

function expectReadOrRefused(decode: () => unknown): void {
  try {
    decode()
  } catch (error) {
    expect(error).toBeInstanceOf(ClewError)
    expect(error).toMatchObject({ code: 'BAD_REQUEST', message: expect.stringMatching(/cannot be read: .+\.?$/) })
  }
}
