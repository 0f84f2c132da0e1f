import { expect, test } from 'vitest'
import { readPartialSuccess } from './partial-success.ts'

/** ExportTraceServiceResponse { partial_success { rejected_spans: 300, error_message: "bad" } } */
const partial = Uint8Array.from([0x0a, 8, 0x08, 0xac, 0x02, 0x12, 3, ...new TextEncoder().encode('bad')])

test('reads how many spans were rejected, and why', () => {
  expect(readPartialSuccess(partial)).toEqual({ rejectedSpans: 300, sentence: 'bad' })
})

test.each([
  ['an empty body, as MLflow answers', []],
  ['JSON', [...new TextEncoder().encode('{}')]],
  ['a page', [...new TextEncoder().encode('<html>hello</html>')]],
  ['a cut message', [0x0a, 8, 0x08]],
  ['a length beyond the end', [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]],
  ['a varint without end', [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
])('%s rejects nothing', (_, bytes) => {
  expect(readPartialSuccess(Uint8Array.from(bytes)).rejectedSpans).toBe(0)
})
