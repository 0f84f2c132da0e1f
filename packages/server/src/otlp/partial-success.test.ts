import { expect, it } from 'vitest'
import { encodePartialSuccess } from './partial-success.ts'

it('writes the response as protobuf does', () => {
  // message ExportTraceServiceResponse { ExportTracePartialSuccess partial_success = 1 } of rejected_spans = 300, error_message = "bad"
  expect([...encodePartialSuccess(300, 'bad')]).toEqual([0x0a, 8, 0x08, 0xac, 0x02, 0x12, 3, 0x62, 0x61, 0x64])
})

it('counts the message in bytes and long lengths in several', () => {
  const bytes = encodePartialSuccess(1, 'é'.repeat(100))
  expect([...bytes.subarray(0, 8)]).toEqual([0x0a, 0xcd, 0x01, 0x08, 1, 0x12, 0xc8, 0x01])
  expect(bytes).toHaveLength(8 + 200)
})
