/**
 * The tags of the OTLP trace messages: field number and wire type, as they stand on the wire (opentelemetry-proto,
 * `common.proto`, `resource.proto`, `trace.proto`, `trace_service.proto`). All but the flags, which nobody reads here,
 * are below 128, so that each is one byte.
 */

/** Protobuf wire types. */
export const VARINT = 0
export const FIXED64 = 1
export const BYTES = 2
export const FIXED32 = 5

export const REQUEST_RESOURCE_SPANS = (1 << 3) | BYTES

export const RESOURCE_SPANS_RESOURCE = (1 << 3) | BYTES
export const RESOURCE_SPANS_SCOPE_SPANS = (2 << 3) | BYTES

export const RESOURCE_ATTRIBUTE = (1 << 3) | BYTES

export const SCOPE_SPANS_SCOPE = (1 << 3) | BYTES
export const SCOPE_SPANS_SPAN = (2 << 3) | BYTES

export const SCOPE_NAME = (1 << 3) | BYTES
export const SCOPE_VERSION = (2 << 3) | BYTES

export const SPAN_TRACE_ID = (1 << 3) | BYTES
export const SPAN_SPAN_ID = (2 << 3) | BYTES
export const SPAN_PARENT_SPAN_ID = (4 << 3) | BYTES
export const SPAN_NAME = (5 << 3) | BYTES
export const SPAN_KIND = (6 << 3) | VARINT
export const SPAN_START_TIME = (7 << 3) | FIXED64
export const SPAN_END_TIME = (8 << 3) | FIXED64
export const SPAN_ATTRIBUTE = (9 << 3) | BYTES
export const SPAN_EVENT = (11 << 3) | BYTES
export const SPAN_LINK = (13 << 3) | BYTES
export const SPAN_STATUS = (15 << 3) | BYTES

export const EVENT_TIME = (1 << 3) | FIXED64
export const EVENT_NAME = (2 << 3) | BYTES
export const EVENT_ATTRIBUTE = (3 << 3) | BYTES

export const LINK_TRACE_ID = (1 << 3) | BYTES
export const LINK_SPAN_ID = (2 << 3) | BYTES
export const LINK_ATTRIBUTE = (4 << 3) | BYTES

export const STATUS_MESSAGE = (2 << 3) | BYTES
export const STATUS_CODE = (3 << 3) | VARINT

export const KEY_VALUE_KEY = (1 << 3) | BYTES
export const KEY_VALUE_VALUE = (2 << 3) | BYTES

export const ANY_STRING = (1 << 3) | BYTES
export const ANY_BOOL = (2 << 3) | VARINT
export const ANY_INT = (3 << 3) | VARINT
export const ANY_DOUBLE = (4 << 3) | FIXED64
export const ANY_ARRAY = (5 << 3) | BYTES
export const ANY_OBJECT = (6 << 3) | BYTES
export const ANY_BYTES = (7 << 3) | BYTES

/** Of both ArrayValue and KeyValueList. */
export const LIST_ITEM = (1 << 3) | BYTES
