import type { AssessmentContent } from '@clew/model'
import { DRAWN_ORIGIN_NS, draw } from '../draw.ts'
import { feedbackOn, type Stage } from './stage.ts'

/** When the scene begins, milliseconds since the epoch; a whole second. */
export const METRIC_T0 = Number(DRAWN_ORIGIN_NS / 1_000_000n)

const FIRST_CALL =
  'model=m1 mlflow.llm.provider=p1 tokens=10/1 mlflow.llm.cost={"input_cost":0.5,"output_cost":0.25,"total_cost":0.75}'
const THIRD_CALL =
  'model=m1 mlflow.llm.provider=p1 mlflow.chat.tokenUsage={"input_tokens":30,"output_tokens":3,"cache_read_input_tokens":4} mlflow.llm.cost={"input_cost":1,"output_cost":0.5,"total_cost":1.5}'

/** Five traces. The last two say little: one still runs, of the other only a span without its root came. */
const SKETCHES = [
  `alpha AGENT 0-100 session.id=s1\n  look TOOL 10-40.5\n  call LLM 50-90 ${FIRST_CALL}`,
  'beta CHAIN 1000-1300 ERROR session.id=s1\n  look TOOL 1001-1002 UNSET\n  call LLM 1003-1005 model=m2 tokens=20/2 cost=0.25',
  `alpha AGENT 1500-1700 session.id=s2\n  call LLM 1510-1511 ${THIRD_CALL}\n  look TOOL 1520-1519`,
  '"__proto__" 2500-\n  look TOOL 2501-',
  '~ orphan 2600-2601',
] as const

/** Draws the scene in a new experiment, once for a stage. Resolves to the experiment's id. */
export function metricScene(stage: Stage): Promise<string> {
  const known = scenes.get(stage)
  if (known !== undefined) return known
  const scene = drawScene(stage)
  scenes.set(stage, scene)
  return scene
}

const scenes = new WeakMap<Stage, Promise<string>>()

async function drawScene(stage: Stage): Promise<string> {
  const { store } = stage
  const experimentId = await stage.newExperiment()
  const [first = '', second = '', third = '', running = '', orphan = ''] = SKETCHES.map(() => stage.newTraceId())
  for (const [index, traceId] of [first, second, third, running, orphan].entries()) {
    await stage.write(experimentId, draw(SKETCHES[index] ?? '', { traceId }))
  }
  await store.setTraceTag(first, 'color', 'red')
  await store.linkTracesToRun([second], 'run-a')
  const feedback = (value: string | number | boolean | { a: number }) =>
    ({ kind: 'feedback', value, error: undefined }) as const
  const said: readonly (readonly [traceId: string, name: string, content: AssessmentContent, valid?: false])[] = [
    [first, 'score', feedback(true)],
    [first, 'score', feedback(100), false],
    [first, 'want', { kind: 'expectation', value: 4 }],
    [second, 'score', feedback(' No ')],
    [second, 'score', feedback('good')],
    [third, 'score', feedback(3.5)],
    [running, 'score', feedback({ a: 1 })],
    [orphan, 'iss-1', { kind: 'issue', issueName: 'slow' }],
  ]
  for (const [traceId, name, content, valid = true] of said) {
    const createTimeMs = METRIC_T0 + 3_600_000
    await store.createAssessment(
      feedbackOn(traceId, `a-metric-${stage.next()}`, { name, content, valid, createTimeMs }),
    )
  }
  return experimentId
}
