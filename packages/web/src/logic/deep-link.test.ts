import { expect, test } from 'vitest'
import { readDeepLink } from './deep-link.ts'

test.each([
  ['#/experiments/7/traces?selectedEvaluationId=tr-1a2b', '/experiments/7/traces/tr-1a2b'],
  ['#/experiments/7/traces?o=1&selectedEvaluationId=tr-1a2b', '/experiments/7/traces/tr-1a2b'],
  ['#/experiments/7', '/experiments/7/traces'],
  ['#/experiments/7/traces', '/experiments/7/traces'],
  ['#/experiments/7/runs', '/experiments/7/traces'],
  ['#/experiments', '/experiments'],
  ['#/', '/experiments'],
])('MLflow’s %s opens %s', (hash, path) => {
  expect(readDeepLink(hash)).toBe(path)
})

test('a hostile trace id stays one path segment', () => {
  expect(readDeepLink('#/experiments/7/traces?selectedEvaluationId=../../evil')).toBe(
    '/experiments/7/traces/..%2F..%2Fevil',
  )
})

test.each(['', '#main', '#/models/x', '#/experiments/abc'])('%s is no deep link', (hash) => {
  expect(readDeepLink(hash)).toBeUndefined()
})
