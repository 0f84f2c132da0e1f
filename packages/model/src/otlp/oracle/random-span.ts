import fc from 'fast-check'
import { encodeJson } from '../../json/encode.ts'
import type { JsonText, JsonValue } from '../../json/text.ts'
import { writeDouble, writeJson } from '../../json/write.ts'
import type { Attributes, Span, SpanEvent, SpanLink } from '../../span.ts'
import { MAX_TIME_NS } from '../../time.ts'

/** Random spans for the property tests of codecs. Test-only. */

const hexDigits = (count: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: count, maxLength: count })
    .map((digits) => digits.join(''))
    .filter((hex) => !/^0+$/.test(hex))

export const randomTraceId = hexDigits(32).map((hex) => `tr-${hex}`)
export const randomSpanId = hexDigits(16)
export const randomTime = fc.bigInt({ min: 1n, max: MAX_TIME_NS })

/** Well-formed, since a lone surrogate in a name cannot cross UTF-8; in values it can, and `anyString` has some. */
const properString = fc.string({ unit: 'grapheme' })
const key = fc.oneof(properString, fc.constantFrom('__proto__', 'constructor', 'mlflow.spanInputs', ''))

const anyString = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string().map((text) => JSON.stringify(text)),
  fc.json(),
  fc.constantFrom('\ud800', '{"a":NaN}', '[', '"', ' {"a": 1}', '5', 'true', 'null', '"\\u0041"', '\\', '{"a":1}x'),
)

const number = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((integer) => String(integer) as JsonText),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(writeDouble),
)

/** JSON values as this package's encoder writes them: strings well-formed, integers within int64. */
const tree = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.constantFrom(0.5, -1.25, 9007199254740993n),
    properString,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: false }),
  ),
})).value

const text: fc.Arbitrary<JsonText> = fc.oneof(
  anyString.map((raw) => encodeJson(raw)),
  number,
  fc.constantFrom('true' as JsonText, 'false' as JsonText, 'null' as JsonText),
  tree.map(writeJson),
)

const literalText = fc.oneof(
  properString.map((raw) => encodeJson(raw)),
  number,
  fc.constantFrom('true' as JsonText, 'false' as JsonText, 'null' as JsonText),
  tree.map(writeJson),
)

export const randomAttributes: fc.Arbitrary<Attributes> = fc
  .array(fc.tuple(key, text), { maxLength: 6 })
  .map((entries) => new Map(entries))

/** For events, links and resources, whose strings are taken literally. */
export const randomLiteralAttributes: fc.Arbitrary<Attributes> = fc
  .array(fc.tuple(key, literalText), { maxLength: 4 })
  .map((entries) => new Map(entries))

const event: fc.Arbitrary<SpanEvent> = fc.record({
  name: properString,
  timeNs: fc.bigInt({ min: 0n, max: MAX_TIME_NS }),
  attributes: randomLiteralAttributes,
})

const link: fc.Arbitrary<SpanLink> = fc.record({
  traceId: randomTraceId,
  spanId: randomSpanId,
  attributes: randomLiteralAttributes,
})

export const randomSpan: fc.Arbitrary<Span> = fc.record({
  traceId: randomTraceId,
  spanId: randomSpanId,
  parentSpanId: fc.option(randomSpanId, { nil: undefined }),
  name: properString,
  startTimeNs: fc.bigInt({ min: 0n, max: MAX_TIME_NS }),
  endTimeNs: fc.option(randomTime, { nil: undefined }),
  status: fc.oneof(
    fc.constantFrom({ code: 'UNSET', message: '' } as const, { code: 'OK', message: '' } as const),
    fc.record({ code: fc.constant('ERROR' as const), message: properString }),
  ),
  attributes: randomAttributes,
  events: fc.array(event, { maxLength: 3 }),
  links: fc.array(link, { maxLength: 2 }),
})
