import { describe, expect, test } from 'vitest'
import type { Experiment } from '../experiment.ts'
import { compareExperiments, experimentTest } from './evaluate-experiment.ts'
import { parseExperimentFilter, parseExperimentOrderBy } from './parse-experiment-filter.ts'

const experiments = [
  draw('0', 'Default', 10, {}),
  draw('2', 'beta', 30, { team: 'a' }),
  draw('10', 'alpha', 30, { team: 'b', 'my key': '' }),
]

const found = (filter: string) =>
  experiments.filter(experimentTest(parseExperimentFilter(filter))).map((each) => each.name)
const sorted = (orders: string[]) =>
  experiments.toSorted(compareExperiments(parseExperimentOrderBy(orders))).map((each) => each.name)

describe('a filter over experiments', () => {
  test.each([
    ['', ['Default', 'beta', 'alpha']],
    ["name = 'beta'", ['beta']],
    ["attribute.name != 'beta'", ['Default', 'alpha']],
    ["name LIKE '%a' AND tags.team = 'a'", ['beta']],
    ["name ILIKE 'd%'", ['Default']],
    ['tag.team IS NULL', ['Default']],
    ['tag.`my key` IS NOT NULL', ['alpha']],
    ["tag.team != 'a'", ['alpha']],
    ['creation_time >= 30', ['beta', 'alpha']],
    ['last_update_time < 31', ['Default']],
    ["experiment_id IN ('2', '10')", ['beta', 'alpha']],
  ])('%s', (filter, names) => expect(found(filter)).toEqual(names))

  test.each([
    [
      "nope = 'x'",
      "Invalid attribute key 'nope' specified. Valid keys are '{'creation_time', 'experiment_id', 'last_update_time', 'name'}'",
    ],
    ["foo.bar = 'x'", "Invalid entity type 'foo'. Valid entity types are ('attribute', 'tag', 'tags')"],
    ["creation_time > 'x'", "Expected numeric value type for numeric attribute: creation_time. Found 'x'"],
    ['name = 5', 'Expected a quoted string value for attributes. Got value 5'],
    ['tags.a = 5', "Expected a quoted string value for tag (e.g. 'my-value'). Got value 5"],
    ["name RLIKE 'x'", "Invalid comparator 'RLIKE' not one of"],
    ["name IN ('x')", "Only ['experiment_id'] attributes support comparison"],
    ['name IS NULL', "IS NULL / IS NOT NULL is only supported for tags, not for attribute 'name'"],
    ["name = 'a' OR name = 'b'", 'this filter knows no OR'],
  ])('%s is refused', (filter, message) => expect(() => parseExperimentFilter(filter)).toThrow(message))
})

describe('an order of experiments', () => {
  test.each([
    [[], ['beta', 'alpha', 'Default']],
    [['name'], ['Default', 'alpha', 'beta']],
    [['experiment_id DESC'], ['alpha', 'beta', 'Default']],
    [
      ['creation_time ASC', 'name ASC'],
      ['Default', 'alpha', 'beta'],
    ],
    [['last_update_time'], ['Default', 'beta', 'alpha']],
  ])('by %j', (orders, names) => expect(sorted(orders)).toEqual(names))

  test.each([
    [
      ['nope ASC'],
      "Invalid attribute key 'nope' specified. Valid keys are '{'creation_time', 'experiment_id', 'last_update_time', 'name'}'",
    ],
    [['tags.a'], 'Invalid order_by entity: tag'],
    [['name', 'attribute.name'], 'duplicate fields'],
    [['name UP'], "Invalid ordering key in order_by clause 'name UP'."],
  ])('%j is refused', (orders, message) => expect(() => parseExperimentOrderBy(orders)).toThrow(message))
})

function draw(experimentId: string, name: string, ms: number, tags: Record<string, string>): Experiment {
  return {
    experimentId,
    name,
    artifactLocation: `mlflow-artifacts:/${experimentId}`,
    lifecycleStage: 'active',
    creationTimeMs: ms,
    lastUpdateTimeMs: ms + 1,
    tags: new Map(Object.entries(tags)),
  }
}
