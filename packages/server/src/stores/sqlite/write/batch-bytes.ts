import type { Attributes, SpanBatch } from '@clew/model'

/** What a span costs beside its texts: ids, times, objects. */
const SPAN_BYTES = 500

/** About how much memory a batch takes, without walking into its texts. */
export function batchBytes(batch: SpanBatch): number {
  let bytes = 0
  for (const span of batch.spans) {
    bytes += SPAN_BYTES + span.name.length + attributeBytes(span.attributes)
    for (const event of span.events) bytes += SPAN_BYTES + attributeBytes(event.attributes)
  }
  return bytes
}

function attributeBytes(attributes: Attributes): number {
  let bytes = 0
  for (const [key, value] of attributes) bytes += key.length + value.length
  return bytes
}
