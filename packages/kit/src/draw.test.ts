import { expect, test } from 'vitest'
import { DRAWN_ORIGIN_NS, draw, drawnSpanId, drawnTraceId } from './draw.ts'
import { sketch } from './sketch.ts'

test('a drawing becomes the spans it shows', () => {
  const spans = draw(`
    agent AGENT 0-100 inputs="what is it?"
      llm CHAT_MODEL 10-40.5 tokens=5/7 cost=0.25 model=gpt-5 x=1.0
        "deep one" 11- UNSET
      tool TOOL 50-90 error="no such tool"
    ~ orphan 20-30
  `)
  const at = (ms: number) => DRAWN_ORIGIN_NS + BigInt(ms * 1_000_000)
  expect(
    spans.map((span) => [span.name, span.parentSpanId, span.startTimeNs, span.endTimeNs, span.status.code]),
  ).toEqual([
    ['agent', undefined, at(0), at(100), 'OK'],
    ['llm', drawnSpanId(0), at(10), at(40.5), 'OK'],
    ['deep one', drawnSpanId(1), at(11), undefined, 'UNSET'],
    ['tool', drawnSpanId(0), at(50), at(90), 'ERROR'],
    ['orphan', 'ffffffffffffffff', at(20), at(30), 'OK'],
  ])
  expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([drawnTraceId(0)]))
  expect(Object.fromEntries(spans[1]?.attributes ?? [])).toEqual({
    'mlflow.spanType': '"CHAT_MODEL"',
    'mlflow.chat.tokenUsage': '{"input_tokens":5,"output_tokens":7}',
    'mlflow.llm.cost': '{"total_cost":0.25}',
    'mlflow.llm.model': '"gpt-5"',
    x: '1.0',
  })
  expect(spans[0]?.attributes.get('mlflow.spanInputs')).toBe('"what is it?"')
  expect(spans[3]).toMatchObject({
    status: { message: 'no such tool' },
    events: [{ name: 'exception', timeNs: at(90) }],
  })
})

test('spans become a drawing again', () => {
  const drawing = ['agent AGENT', '  llm CHAT_MODEL', '    "deep one" UNSET', '  tool ERROR', '~ orphan'].join('\n')
  let end = 0
  const timed = drawing.replaceAll(/$/gm, () => ` ${end++}-100`)
  expect(sketch(draw(timed))).toBe(drawing)
  expect(sketch([])).toBe('')
})

test.each([
  ['a 0-1\n    b 0-1', 'Misplaced line'],
  ['a 0-1\n b 0-1', 'Misplaced line'],
  ['a', 'A span without a time: a'],
  ['a 0-1 nonsense', 'Neither a type, a time, a status nor an attribute: nonsense'],
])('%j is refused', (drawing, message) => {
  expect(() => draw(drawing)).toThrow(message)
})
