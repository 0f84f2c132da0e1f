import { expect, test } from 'vitest'
import { readablePreview } from './preview.ts'

test.each([
  ['where is my\n  parcel', 'where is my parcel'],
  ['"quoted"', 'quoted'],
  ['{"messages":[{"role":"system","content":"s"},{"role":"user","content":"Hi there"}]}', 'Hi there'],
  ['{"question":"How many days?"}', 'How many days?'],
  ['{"order_id":46001,"items":[1,2],"who":{"a":1}}', '{ order_id: 46001, items: [2], who: {…} }'],
  ['{"a":1,"b":2,"c":3,"d":4,"e":5}', '{ a: 1, b: 2, c: 3, d: 4, … }'],
  ['{"messages": [{"role": "user", "content": "cut in the \\"mid', 'cut in the "mid'],
  ['{"model":"gpt-5","temper', '{model: "gpt-5", "temper'],
  ['', ''],
])('the request %s reads %s', (preview, text) => {
  expect(readablePreview(preview, 'request')).toBe(text)
})

test.each([
  ['{"choices":[{"message":{"role":"assistant","content":"Clear."}}]}', 'Clear.'],
  ['{"role":"assistant","content":[{"type":"text","text":"Clear."}]}', 'Clear.'],
  [
    '{"choices":[{"message":{"content":null,"tool_calls":[{"id":"1","function":{"name":"f","arguments":"{\\"a\\":1}"}}]}}]}',
    '→ f({ a: 1 })',
  ],
  ['{"label":"order_status","score":0.97}', '{ label: "order_status", score: 0.97 }'],
  ['[1,2,3]', '[ 3 items ]'],
  ['"Take the **Heron**.\\n\\n| a | b |\\n|---|---|\\n| 1 | 2 |"', 'Take the Heron. | a | b | | | 1 | 2 |'],
  ['true', 'true'],
])('the response %s reads %s', (preview, text) => {
  expect(readablePreview(preview, 'response')).toBe(text)
})
