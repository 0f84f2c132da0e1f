/** What a server says it did not take of a batch it answered with 200. */
export interface PartialSuccess {
  readonly rejectedSpans: number
  readonly sentence: string
}

/**
 * Reads `ExportTraceServiceResponse { partial_success = 1 { rejected_spans = 1, error_message = 2 } }` of OTLP. A body
 * that is something else, or empty as MLflow's, says nothing about rejected spans.
 */
export function readPartialSuccess(body: Uint8Array): PartialSuccess {
  const message = readFields(body).get(1)
  const fields = message instanceof Uint8Array ? readFields(message) : new Map()
  const rejected = fields.get(1)
  const sentence = fields.get(2)
  return {
    rejectedSpans: typeof rejected === 'number' ? rejected : 0,
    sentence: sentence instanceof Uint8Array ? new TextDecoder().decode(sentence) : '',
  }
}

/** Varint and length-delimited fields by number; reading stops at anything else. */
function readFields(bytes: Uint8Array): Map<number, number | Uint8Array> {
  const fields = new Map<number, number | Uint8Array>()
  let position = 0
  while (position < bytes.length) {
    const tag = readVarint(bytes, position)
    const value = tag === undefined ? undefined : readVarint(bytes, tag.end)
    if (tag === undefined || value === undefined) break
    const wireType = tag.value % 8
    if (wireType !== 0 && wireType !== 2) break
    position = wireType === 0 ? value.end : value.end + value.value
    fields.set(Math.floor(tag.value / 8), wireType === 0 ? value.value : bytes.subarray(value.end, position))
  }
  return fields
}

function readVarint(bytes: Uint8Array, start: number): { value: number; end: number } | undefined {
  let value = 0
  // Seven bytes hold 49 bits, which a number holds exactly; nothing read here needs more.
  for (let index = 0; index < 7; index += 1) {
    const byte = bytes[start + index]
    if (byte === undefined) return undefined
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return { value, end: start + index + 1 }
  }
  return undefined
}
