import { expect, test } from 'vitest'
import { readStack } from './stack.ts'

test('a V8 stack: own frames stay, library frames fold with their names', () => {
  const groups = readStack(`ToolTimeout: no answer
    at callPayments (file:///srv/app/tools/refund.ts:42:11)
    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)
    at async fetch (/srv/app/node_modules/undici/lib/web/fetch.js:11:2)
    at async /srv/app/node_modules/@clew/tracing/src/span.ts:9:1
    at async supportAgent (/srv/app/agent/support.ts:31:7) {
  [cause]: AbortError: signal timed out
}`)
  expect(groups).toEqual([
    { type: 'own', frame: { call: 'callPayments', place: 'app/tools/refund.ts:42' } },
    expect.objectContaining({ type: 'library', libraries: ['node:internal', 'undici', '@clew/tracing'] }),
    { type: 'own', frame: { call: 'supportAgent', place: 'app/agent/support.ts:31' } },
  ])
})

test('a Python traceback is turned round and keeps its lines of code', () => {
  const groups = readStack(`Traceback (most recent call last):
  File "/usr/lib/python3.12/runpy.py", line 88, in _run_code
    exec(code, run_globals)
  File "/srv/app/agent.py", line 12, in run
    answer = tool(x)
    ^^^^^^^
  File "/srv/app/.venv/lib/python3.12/site-packages/openai/_client.py", line 7, in post
ValueError: no`)
  expect(groups).toEqual([
    expect.objectContaining({ type: 'library', libraries: ['openai'] }),
    { type: 'own', frame: { call: 'run', place: 'srv/app/agent.py:12', source: 'answer = tool(x)' } },
    expect.objectContaining({ type: 'library', libraries: ['python'] }),
  ])
})

test('Safari and Firefox write call@place', () => {
  expect(readStack('run@http://localhost:5000/app.js:3:9')).toEqual([
    { type: 'own', frame: { call: 'run', place: 'localhost:5000/app.js:3' } },
  ])
})

test.each(['', 'just a message', 'at the bank'])('%j is no stack', (text) => {
  expect(readStack(text)).toEqual([])
})

test('a stack of ten thousand frames is cut', () => {
  const groups = readStack('    at f (/a/b.ts:1:1)\n'.repeat(10_000))
  expect(groups).toHaveLength(200)
})
