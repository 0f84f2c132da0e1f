import { expect, test } from 'vitest'
import { Check } from './check.ts'
import { readExperimentList, readSkeleton, readTraceList } from './shapes.ts'

const trace = { id: 'tr-1', experimentId: '0', state: 'OK', startMs: 1, assessments: [], tags: [['env', 'prod']] }

test('a list is read, absent stays absent, unknown fields are left out', () => {
  const read = readTraceList(new Check({ traces: [{ ...trace, name: null, later: 1 }] }))
  expect(read).toEqual({ traces: [trace] })
  expect('name' in read.traces[0]!).toBe(false)
})

test('a wrong shape says where', () => {
  const list = new Check({ traces: [trace, { ...trace, state: 'MAYBE' }] })
  expect(() => readTraceList(list)).toThrow('answer.traces[1].state is not OK, ERROR')
  expect(() => readExperimentList(new Check('<!doctype html>'))).toThrow('answer is not an object')
})

test('a skeleton whose columns differ in length is refused', () => {
  const skeleton = new Check({ traceId: 'tr-1', count: 2, originNs: '0', spanId: ['a'] })
  expect(() => readSkeleton(skeleton)).toThrow('answer.spanId is not a list of texts')
})

test('an inherited property is no answer', () => {
  expect(new Check({}).at('constructor').isAbsent).toBe(true)
})
