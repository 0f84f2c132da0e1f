import { type AssessmentContent, type JsonValue, parseJson } from '@clew/model'
import { expect } from 'vitest'
import { expectRefusal, type StoreSection } from './case.ts'
import { feedbackOn, type Stage } from './stage.ts'

const CONTENTS: readonly AssessmentContent[] = [
  { kind: 'feedback', value: true, error: undefined },
  { kind: 'feedback', value: null, error: { errorCode: 'RATE', errorMessage: 'slow', stackTrace: undefined } },
  { kind: 'feedback', value: 5, error: { errorCode: 'RATE', errorMessage: undefined, stackTrace: 'at x' } },
  { kind: 'feedback', value: trap(), error: undefined },
  { kind: 'expectation', value: ['a', 'é😀', 0.1, { deep: [null] }] },
  { kind: 'issue', issueName: 'slow' },
  { kind: 'issue', issueName: undefined },
]

export const assessmentCases: StoreSection = {
  title: 'an assessment',
  cases: [
    [
      'is stored as given, and shown with its trace in order of creation',
      async (stage) => {
        const traceId = await stage.drawn('0', 'a 0-1')
        const given = CONTENTS.map((content, index) =>
          feedbackOn(traceId, newId(stage), {
            content,
            name: `n${index}`,
            spanId: index === 0 ? '0000000000000001' : undefined,
            source: index === 1 ? undefined : { sourceType: 'LLM_JUDGE', sourceId: '' },
            rationale: index === 2 ? '' : undefined,
            metadata: new Map([
              ['__proto__', 'x'],
              ['k', 'v'],
            ]),
            createTimeMs: 1000 - index,
            lastUpdateTimeMs: 5,
            valid: index !== 3,
          }),
        )
        for (const assessment of given) {
          expect(await stage.store.createAssessment(assessment)).toEqual(assessment)
          expect(await stage.store.getAssessment(traceId, assessment.assessmentId)).toEqual(assessment)
        }
        expect((await stage.info(traceId)).assessments).toEqual(given.toReversed())
      },
    ],
    [
      'on an unknown trace, or overriding an unknown one, is refused',
      async (stage) => {
        const traceId = await stage.drawn('0', 'a 0-1')
        const id = newId(stage)
        await expectRefusal(stage.store.createAssessment(feedbackOn(stage.newTraceId(), id)), 'RESOURCE_DOES_NOT_EXIST')
        await expectRefusal(
          stage.store.createAssessment(feedbackOn(traceId, id, { overrides: 'a-none' })),
          'RESOURCE_DOES_NOT_EXIST',
        )
        expect(await stage.store.getAssessment(traceId, id)).toBeUndefined()
      },
    ],
    [
      'that overrides another makes it invalid until it is deleted',
      async (stage) => {
        const traceId = await stage.drawn('0', 'a 0-1')
        const [first, second, third] = [newId(stage), newId(stage), newId(stage)]
        const isValid = async () => (await stage.store.getAssessment(traceId, first))?.valid
        await stage.store.createAssessment(feedbackOn(traceId, first))
        await stage.store.createAssessment(feedbackOn(traceId, second, { overrides: first }))
        expect(await isValid()).toBe(false)
        expect((await stage.info(traceId)).assessments.map((each) => each.valid)).toEqual([false, true])
        await stage.store.createAssessment(feedbackOn(traceId, third, { overrides: first }))
        await stage.store.deleteAssessment(traceId, second)
        expect(await isValid()).toBe(false)
        await stage.store.deleteAssessment(traceId, third)
        expect(await isValid()).toBe(true)
      },
    ],
    [
      'may lose the one it overrides first',
      async (stage) => {
        const traceId = await stage.drawn('0', 'a 0-1')
        const [first, second] = [newId(stage), newId(stage)]
        await stage.store.createAssessment(feedbackOn(traceId, first))
        await stage.store.createAssessment(feedbackOn(traceId, second, { overrides: first }))
        await stage.store.deleteAssessment(traceId, first)
        await stage.store.deleteAssessment(traceId, second)
        expect((await stage.info(traceId)).assessments).toEqual([])
      },
    ],
    [
      'is changed in the named parts only',
      async (stage) => {
        const traceId = await stage.drawn('0', 'a 0-1')
        const id = newId(stage)
        const given = feedbackOn(traceId, id, {
          rationale: 'why',
          metadata: new Map([
            ['a', '1'],
            ['b', '1'],
          ]),
        })
        await stage.store.createAssessment(given)
        const update = (patch: object) => stage.store.updateAssessment(traceId, id, { lastUpdateTimeMs: 7, ...patch })
        expect(await update({})).toEqual({ ...given, lastUpdateTimeMs: 7 })
        expect(await update({ name: 'other', valid: false })).toMatchObject({
          name: 'other',
          valid: false,
          rationale: 'why',
        })
        expect(
          (
            await update({
              metadata: new Map([
                ['b', '2'],
                ['c', '2'],
              ]),
            })
          ).metadata,
        ).toEqual(
          new Map([
            ['a', '1'],
            ['b', '2'],
            ['c', '2'],
          ]),
        )
        const content = { kind: 'feedback', value: 'no', error: undefined }
        expect(await update({ content, rationale: '' })).toMatchObject({ content, rationale: '' })
        expect(await stage.store.getAssessment(traceId, id)).toMatchObject({
          content,
          name: 'other',
          lastUpdateTimeMs: 7,
        })
        await expectRefusal(update({ content: { kind: 'expectation', value: 1 } }), 'INVALID_PARAMETER_VALUE')
      },
    ],
    [
      'that is unknown is nothing to a reader, fine to delete and refused to a writer',
      async (stage) => {
        const traceId = await stage.drawn('0', 'a 0-1')
        for (const unknown of [traceId, stage.newTraceId()]) {
          expect(await stage.store.getAssessment(unknown, 'a-none')).toBeUndefined()
          await stage.store.deleteAssessment(unknown, 'a-none')
          await expectRefusal(
            stage.store.updateAssessment(unknown, 'a-none', { lastUpdateTimeMs: 1 }),
            'RESOURCE_DOES_NOT_EXIST',
          )
        }
      },
    ],
    [
      'is deleted from its own trace only',
      async (stage) => {
        const [traceId, other] = [await stage.drawn('0', 'a 0-1'), await stage.drawn('0', 'b 0-1')]
        const id = newId(stage)
        await stage.store.createAssessment(feedbackOn(traceId, id))
        await stage.store.deleteAssessment(other, id)
        expect(await stage.store.getAssessment(traceId, id)).toBeDefined()
        await stage.store.deleteAssessment(traceId, id)
        expect(await stage.store.getAssessment(traceId, id)).toBeUndefined()
      },
    ],
  ],
}

function newId(stage: Stage): string {
  return `a-${stage.next()}`
}

/** What the JSON parser makes of `{"__proto__": {"x": 1}}`. */
function trap(): JsonValue {
  return parseJson('{"__proto__": {"x": 1}}')
}
