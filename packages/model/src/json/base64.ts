const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Standard base64 with padding (RFC 4648 §4). */
export function encodeBase64(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const rest = bytes.length - i
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    text += DIGITS.charAt(group >> 18) + DIGITS.charAt((group >> 12) & 63)
    text += rest > 1 ? DIGITS.charAt((group >> 6) & 63) : '='
    text += rest > 2 ? DIGITS.charAt(group & 63) : '='
  }
  return text
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** The bytes of a padded base64 text, or `undefined` if it is not one. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (!BASE64.test(text)) return undefined
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const bytes = new Uint8Array((text.length / 4) * 3 - padding)
  for (let i = 0, at = 0; i < text.length; i += 4) {
    const group =
      (DIGITS.indexOf(text.charAt(i)) << 18) |
      (DIGITS.indexOf(text.charAt(i + 1)) << 12) |
      (Math.max(0, DIGITS.indexOf(text.charAt(i + 2))) << 6) |
      Math.max(0, DIGITS.indexOf(text.charAt(i + 3)))
    bytes[at++] = group >> 16
    if (at < bytes.length) bytes[at++] = (group >> 8) & 255
    if (at < bytes.length) bytes[at++] = group & 255
  }
  return bytes
}
