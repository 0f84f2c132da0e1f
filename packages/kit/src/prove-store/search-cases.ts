import type { Assessment } from '@clew/model'
import { expect } from 'vitest'
import { DRAWN_ORIGIN_NS } from '../draw.ts'
import type { StoreCase, StoreSection } from './case.ts'
import { sceneTraceId, searchScene } from './search-scene.ts'
import { feedbackOn, infoOf, queryOf } from './stage.ts'

const T0 = Number(DRAWN_ORIGIN_NS / 1_000_000n)

/** A filter, and which traces of the scene it finds, newest first; `-` is the orphan, which has no name. */
const FINDINGS: readonly (readonly [filter: string, found: string])[] = [
  ['', "- running it's gamma beta alpha"],
  // the columns of a trace
  ["status = 'OK'", "it's gamma alpha"],
  ["status != 'OK'", '- running beta'],
  ["status IN ('OK', 'ERROR')", "it's gamma beta alpha"],
  ["status NOT IN ('OK')", '- running beta'],
  ["status LIKE 'E%'", 'beta'],
  ["status LIKE 'e%'", ''],
  ["status ILIKE 'e%'", 'beta'],
  ["status RLIKE '^(E|I)'", '- running beta'],
  ["status = ''", ''],
  [`timestamp_ms >= ${T0 + 3000}`, "- running it's"],
  [`timestamp_ms < ${T0}.5`, 'alpha'],
  [`timestamp_ms = ${T0 + 1000}`, 'beta'],
  [`timestamp_ms != ${T0 + 1000}`, "- running it's gamma alpha"],
  [`timestamp_ms > '${T0 + 3000}'`, '- running'],
  ['timestamp_ms > -1', "- running it's gamma beta alpha"],
  ['execution_time_ms > 20', 'gamma alpha'],
  ['execution_time_ms <= 20', "- it's beta"],
  ['execution_time_ms != 100', "- it's gamma beta"],
  ['NOT execution_time_ms = 100', "- running it's gamma beta"],
  [`end_time_ms >= ${T0 + 4000}`, '- running'],
  [`end_time_ms = ${T0 + 4000}`, 'running'],
  [`request_id = '${sceneTraceId('beta')}'`, 'beta'],
  [`request_id IN ('${sceneTraceId('beta')}', '${sceneTraceId('alpha')}', 'tr-x')`, 'beta alpha'],
  ["request_id LIKE 'tr-5CE9E%'", ''],
  ["client_request_id = 'client-1'", "it's"],
  ["client_request_id != 'client-1'", ''],
  ["client_request_id != 'other'", "it's"],
  ["client_request_id NOT IN ('other')", "it's"],
  ["name = 'alpha'", 'alpha'],
  ['name = "it\'s"', "it's"],
  ["name != 'alpha'", "running it's gamma beta"],
  ["name LIKE '%a'", 'gamma beta alpha'],
  ["name LIKE '_e_a'", 'beta'],
  ["name ILIKE 'ALPHA'", 'alpha'],
  ["name RLIKE '^.{4,5}$'", "it's gamma beta alpha"],
  ['name IS NULL', '-'],
  ['name IS NOT NULL', "running it's gamma beta alpha"],
  ["run_id = 'run-a'", "it's alpha"],
  ["run_id LIKE 'run%'", "it's"],
  ["run_id != 'run-a'", ''],
  ['run_id IS NULL', '- running gamma beta alpha'],
  ["prompt = 'greet/1'", 'beta'],
  // tags and metadata
  ["tag.color = 'red'", 'alpha'],
  ["tag.color != 'red'", 'gamma beta'],
  ["NOT tag.color = 'red'", "- running it's gamma beta"],
  ["tag.color LIKE 're%'", 'alpha'],
  ["tag.color ILIKE 'RED'", 'beta alpha'],
  ["tag.color RLIKE '^(r|g)'", 'gamma alpha'],
  ['tag.color IS NULL', "- running it's"],
  ['tag.color IS NOT NULL', 'gamma beta alpha'],
  ["tag.nope != 'x'", ''],
  ["tag.color = 'red' AND tag.color = 'green'", ''],
  ["tag.`my key` = 'a b'", 'gamma'],
  ["metadata.env = 'prod'", "it's"],
  ["metadata.env != 'dev'", "it's"],
  ['metadata.env IS NULL', '- running gamma beta alpha'],
  ["metadata.mlflow.trace.session = 's1'", 'gamma alpha'],
  ["metadata.`mlflow.trace.user` LIKE 'u_'", 'gamma'],
  // spans
  ["span.name = 'look'", 'beta alpha'],
  ["span.name != 'look'", "- running it's gamma beta alpha"],
  ["span.name ILIKE 'look'", "it's beta alpha"],
  ["span.name IN ('call', 'running')", 'running gamma alpha'],
  ["span.name NOT IN ('gamma', 'call')", "- running it's beta alpha"],
  ["span.name RLIKE '^l?o{2}'", 'beta alpha'],
  ["span.type = 'AGENT'", 'gamma alpha'],
  ["span.type = 'UNKNOWN'", "- running it's"],
  ["span.type ilike 'llm'", 'gamma alpha'],
  ["span.status = 'ERROR'", 'beta alpha'],
  ["span.status = 'UNSET'", 'beta'],
  ["span.type = 'TOOL' AND span.status = 'ERROR'", ''],
  ["span.type = 'LLM' AND span.status = 'ERROR'", 'alpha'],
  ["span.type = 'TOOL' AND status = 'ERROR'", 'beta'],
  ["(span.type = 'TOOL') AND (span.status = 'ERROR')", 'beta alpha'],
  ["span.name = 'call' AND NOT span.status = 'ERROR'", 'gamma'],
  ["span.name = 'look' OR span.name = 'Look'", "it's beta alpha"],
  ["NOT (span.name = 'look' OR span.name = 'call')", "- running it's"],
  ["span.content LIKE '%Needle1%'", 'alpha'],
  ["text LIKE '%needle1%'", ''],
  ["text ILIKE '%needle1%'", 'alpha'],
  ["trace.text LIKE '%broken%'", 'alpha'],
  ["text LIKE '%look%' AND span.type = 'AGENT'", ''],
  ["text LIKE '%50\\% off%'", ''],
  ["text LIKE '%50% off%'", "it's"],
  ["span.attributes.mlflow.llm.model = 'm1'", 'gamma alpha'],
  ['span.attributes.mlflow.llm.model = \'"m1"\'', 'gamma alpha'],
  ["span.attributes.mlflow.llm.model != 'm1'", 'beta'],
  ["span.attributes.mlflow.llm.model IN ('m2', 'm3')", 'beta'],
  ["span.attributes.mlflow.llm.model NOT IN ('m2')", 'gamma alpha'],
  ["span.attributes.mlflow.llm.model LIKE 'm_'", 'gamma beta alpha'],
  ["span.attributes.mlflow.llm.model LIKE '%m2%'", 'beta'],
  ["span.attributes.mlflow.llm.model RLIKE '^m[2-9]$'", 'beta'],
  ["span.attributes.size = '3'", 'alpha'],
  ["span.attributes.deep.key = 'v'", 'alpha'],
  ["span.attributes.mlflow.llm.model = 'm1' AND span.attributes.size = '3'", 'alpha'],
  ["span.attributes.nope != 'x'", ''],
  ["span.attributes.text LIKE '50_ off_now'", "it's"],
  // assessments
  ["feedback.score = 'true'", 'alpha'],
  ["feedback.score = 'True'", ''],
  ["feedback.score = 'yes'", 'beta'],
  ['feedback.score = \'"yes"\'', 'beta'],
  ["feedback.score = '5'", 'gamma'],
  ["feedback.score = '5.0'", 'gamma'],
  ["feedback.score != 'yes'", "running it's gamma alpha"],
  ['feedback.score > 0.5', 'gamma'],
  ['feedback.score >= 0.5', 'running gamma'],
  ['feedback.score < 5', 'running'],
  ['feedback.score <= 5', 'running gamma'],
  ["feedback.score LIKE '%e%'", 'beta alpha'],
  ['feedback.score ILIKE \'"YES"\'', 'beta'],
  ['feedback.score LIKE \'{"a": 1.0}\'', "it's"],
  ["feedback.score RLIKE 'y.s'", 'beta'],
  ['feedback.score IS NULL', '-'],
  ['feedback.score IS NOT NULL', "running it's gamma beta alpha"],
  ["feedback.want = 'Paris'", ''],
  ["expectation.want = 'Paris'", 'alpha'],
  ['expectation.want > 1', ''],
  ['expectation.want IS NULL', "- running it's gamma beta"],
  ["issue.id = 'iss-1'", 'gamma'],
  ["issue.id = 'slow'", ''],
  ["issue.name = 'slow'", 'gamma'],
  // together
  ["status = 'OK' AND tag.color = 'red'", 'alpha'],
  ["status = 'ERROR' OR tag.color = 'green'", 'gamma beta'],
  ["(status = 'ERROR' OR tag.color = 'green') AND execution_time_ms > 100", 'gamma'],
  ["status = 'ERROR' OR tag.color = 'green' AND execution_time_ms > 100", 'gamma beta'],
  ["NOT (status = 'OK' OR status = 'ERROR')", '- running'],
  ["NOT NOT status = 'ERROR'", 'beta'],
]

export const searchCases: StoreSection = {
  title: 'a search',
  cases: [
    ...FINDINGS.map(
      ([filter, found]): StoreCase => [
        `${filter || 'for everything'} finds ${found || 'nothing'}`,
        async (stage) => {
          const experimentId = await searchScene(stage)
          expect(await stage.found(experimentId, filter)).toBe(found)
          const { filter: parsed, experimentIds } = queryOf(experimentId, { filter })
          expect(await stage.store.countTraces({ filter: parsed, experimentIds }, 100)).toBe(
            found === '' ? 0 : found.split(' ').length,
          )
        },
      ],
    ),
    [
      'counts no further than it is asked to',
      async (stage) => {
        const { experimentIds, filter } = queryOf(await searchScene(stage), {})
        expect(await stage.store.countTraces({ experimentIds, filter }, 4)).toBe(4)
        expect(await stage.store.countTraces({ experimentIds, filter }, 0)).toBe(0)
      },
    ],
    [
      'looks in the experiments it is given, once in each, and ignores unknown ones',
      async (stage) => {
        const scene = await searchScene(stage)
        const other = await stage.newExperiment()
        await stage.drawn(other, 'other 9000-9001')
        const query = queryOf(scene, { filter: "name LIKE '%a%' OR name = 'other'" })
        const found = async (experimentIds: string[]) => {
          const { traces } = await stage.store.searchTraces({ ...query, experimentIds })
          return traces.map((trace) => trace.tags.get('mlflow.traceName')).join(' ')
        }
        expect(await found([scene, other, scene])).toBe('other gamma beta alpha')
        expect(await found(['987654321', 'abc', other])).toBe('other')
        expect(await found([])).toBe('')
      },
    ],
    [
      'answers with what is known of each trace',
      async (stage) => {
        const { traces } = await stage.search(await searchScene(stage), { filter: "name = 'alpha'" })
        expect(traces).toEqual([await stage.info(sceneTraceId('alpha'))])
      },
    ],
    [
      'takes an assessment about a session for one of each of its traces, in the same experiment',
      async (stage) => {
        const [experimentId, other] = [await stage.newExperiment(), await stage.newExperiment()]
        const carrier = await stage.drawn(experimentId, 'carrier 0-1 session.id=s1')
        const sibling = await stage.drawn(experimentId, 'sibling 1-2 session.id=s1')
        await stage.drawn(experimentId, 'stranger 2-3 session.id=s2')
        await stage.drawn(experimentId, 'loner 3-4')
        await stage.drawn(other, 'namesake 0-1 session.id=s1')
        const found = (filter: string) => stage.found(experimentId, filter)
        const judge = (traceId: string, changes: Partial<Assessment>) =>
          stage.store.createAssessment(feedbackOn(traceId, `a-${stage.next()}`, changes))
        await judge(carrier, { name: 'alone', content: { kind: 'feedback', value: 3, error: undefined } })
        await judge(carrier, {
          name: 'shared',
          content: { kind: 'feedback', value: 4, error: undefined },
          metadata: new Map([['mlflow.trace.session', 'whatever']]),
        })
        expect(await found('feedback.alone >= 3')).toBe('carrier')
        expect(await found('feedback.alone IS NULL')).toBe('loner stranger sibling')
        expect(await found('feedback.shared > 3')).toBe('sibling carrier')
        expect(await found("feedback.shared = '4' AND name = 'sibling'")).toBe('sibling')
        expect(await found("feedback.shared LIKE '4%'")).toBe('sibling carrier')
        expect(await found('feedback.shared > 4')).toBe('')
        expect(await found('feedback.shared IS NOT NULL')).toBe('sibling carrier')
        expect(await found('feedback.shared IS NULL')).toBe('loner stranger')
        expect(await found('NOT feedback.shared > 3')).toBe('loner stranger')
        expect(await found('expectation.shared IS NOT NULL')).toBe('')
        expect(await stage.found(other, 'feedback.shared IS NULL')).toBe('namesake')
        await stage.store.upsertTraceInfo(
          infoOf(sibling, experimentId, { traceMetadata: new Map([['mlflow.trace.session', 's2']]) }),
        )
        expect(await found('feedback.shared IS NOT NULL')).toBe('carrier')
      },
    ],
    [
      'forgets an assessment about a session when it is no longer valid, or gone with its trace',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        const carrier = await stage.drawn(experimentId, 'carrier 0-1 session.id=s1')
        await stage.drawn(experimentId, 'sibling 1-2 session.id=s1')
        const metadata = new Map([['mlflow.trace.session', 's1']])
        const old = await stage.store.createAssessment(feedbackOn(carrier, `a-${stage.next()}`, { metadata }))
        const found = (filter: string) => stage.found(experimentId, filter)
        expect(await found('feedback.score IS NOT NULL')).toBe('sibling carrier')
        const overrides = old.assessmentId
        const content = { kind: 'feedback', value: false, error: undefined } as const
        await stage.store.createAssessment(feedbackOn(carrier, `a-${stage.next()}`, { metadata, overrides, content }))
        expect(await found("feedback.score = 'true'")).toBe('')
        expect(await found("feedback.score = 'false'")).toBe('sibling carrier')
        await stage.store.deleteTraces({ experimentId, traceIds: [carrier] })
        expect(await found('feedback.score IS NOT NULL')).toBe('')
      },
    ],
    [
      'for a pattern made to last does not',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        const traceId = await stage.drawn(experimentId, 'a 0-1')
        await stage.store.setTraceTag(traceId, 'long', `${'a'.repeat(5000)}!`)
        const before = performance.now()
        expect(await stage.found(experimentId, "tag.long RLIKE '(a+)+$'")).toBe('')
        expect(await stage.found(experimentId, `tag.long LIKE '${'%a_'.repeat(200)}b'`)).toBe('')
        expect(performance.now() - before).toBeLessThan(5000)
      },
    ],
    [
      'takes values as values, whatever they look like',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        await stage.drawn(experimentId, 'a 0-1')
        for (const text of ["' OR 1=1 --", '"; DROP TABLE traces', '%', '\\', '\u0000', '😀']) {
          const filter = {
            type: 'comparison',
            field: { entity: 'attribute', name: 'name' },
            operator: '=',
            value: { type: 'text', text },
          } as const
          expect(await stage.store.countTraces({ experimentIds: [experimentId], filter }, 10)).toBe(0)
        }
        expect(await stage.found(experimentId)).toBe('a')
      },
    ],
  ],
}
