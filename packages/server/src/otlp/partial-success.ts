/**
 * `ExportTraceServiceResponse { partial_success { rejected_spans, error_message } }` in protobuf: field 1 of the response,
 * in it field 1 (int64) and field 2 (string).
 */
export function encodePartialSuccess(rejectedSpans: number, errorMessage: string): Uint8Array<ArrayBuffer> {
  const message = new TextEncoder().encode(errorMessage)
  const partial = [0x08, ...varint(rejectedSpans), 0x12, ...varint(message.length), ...message]
  return Uint8Array.from([0x0a, ...varint(partial.length), ...partial])
}

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  return [...bytes, rest]
}
