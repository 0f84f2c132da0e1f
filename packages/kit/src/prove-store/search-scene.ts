import type { JsonValue } from '@clew/model'
import { draw } from '../draw.ts'
import { feedbackOn, infoOf, type Stage } from './stage.ts'

/** Six traces, a second apart, and what is said of them; see the sketches for what a search can find. */
const SKETCHES = {
  alpha:
    'alpha AGENT 0-100 inputs="find Needle1" session.id=s1\n  look TOOL 10-40 model=m1 size=3 deep.key=v\n  call LLM 50-90 error=broken',
  beta: 'beta CHAIN 1000-1020 error="no"\n  look TOOL 1001-1002 UNSET model=m2',
  gamma: 'gamma AGENT 2000-2500 session.id=s1 user.id=u1\n  call LLM 2001-2002 model=m1 size=12',
  "it's": '"it\'s" 3000-3001\n  Look TOOL 3000-3001 text="50% off_now"',
  running: 'running 4000- inputs=x',
  orphan: '~ orphan 5000-5007',
} as const

/** Draws the scene in a new experiment, once for a stage. Resolves to the experiment's id. */
export function searchScene(stage: Stage): Promise<string> {
  const known = scenes.get(stage)
  if (known !== undefined) return known
  const scene = drawScene(stage)
  scenes.set(stage, scene)
  return scene
}

const scenes = new WeakMap<Stage, Promise<string>>()

/** The trace ids in the scene are the same whatever ran before. */
export function sceneTraceId(name: keyof typeof SKETCHES): string {
  return `tr-${'5ce9e'.padEnd(30, '0')}0${Object.keys(SKETCHES).indexOf(name)}`
}

async function drawScene(stage: Stage): Promise<string> {
  const { store } = stage
  const experimentId = await stage.newExperiment()
  for (const [name, sketch] of Object.entries(SKETCHES)) {
    await stage.write(experimentId, draw(sketch, { traceId: sceneTraceId(name as keyof typeof SKETCHES) }))
  }
  const tag = (name: keyof typeof SKETCHES, key: string, value: string) =>
    store.setTraceTag(sceneTraceId(name), key, value)
  await tag('alpha', 'color', 'red')
  await tag('beta', 'color', 'Red')
  await tag('gamma', 'color', 'green')
  await tag('gamma', 'my key', 'a b')
  const info = infoOf(sceneTraceId("it's"), experimentId, {
    clientRequestId: 'client-1',
    requestTimeMs: 0,
    state: 'IN_PROGRESS',
  })
  await store.upsertTraceInfo({
    ...info,
    traceMetadata: new Map([
      ['mlflow.sourceRun', 'run-a'],
      ['env', 'prod'],
    ]),
  })
  await store.linkTracesToRun([sceneTraceId('alpha')], 'run-a')
  await store.linkPrompts(sceneTraceId('beta'), ['greet/1'])
  const values: [keyof typeof SKETCHES, JsonValue][] = [
    ['alpha', true],
    ['beta', 'yes'],
    ['gamma', 5],
    ["it's", { a: 1 }],
    ['running', 0.5],
  ]
  for (const [name, value] of values) {
    const content = { kind: 'feedback', value, error: undefined } as const
    await store.createAssessment(feedbackOn(sceneTraceId(name), `a-scene-${name}`, { content }))
  }
  await store.createAssessment(feedbackOn(sceneTraceId('orphan'), 'a-scene-old', { valid: false }))
  const wanted = { name: 'want', content: { kind: 'expectation', value: 'Paris' } } as const
  await store.createAssessment(feedbackOn(sceneTraceId('alpha'), 'a-scene-want', wanted))
  const issue = { name: 'iss-1', content: { kind: 'issue', issueName: 'slow' } } as const
  await store.createAssessment(feedbackOn(sceneTraceId('gamma'), 'a-scene-issue', issue))
  return experimentId
}
