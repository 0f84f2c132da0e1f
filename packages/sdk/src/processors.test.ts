import { SpanKey } from '@clew/model'
import { describe, expect, test } from 'vitest'
import { startSpan, withSpan } from './index.ts'
import { record } from './testing/recorded.ts'

describe('span processors', () => {
  test('run in order before anything is sent, shown or measured', async () => {
    const { attribute, infos, server } = await record(
      () => withSpan(() => 'the secret answer', { name: 'ask', inputs: 'a secret question' }),
      {
        spanProcessors: [
          (span) => span.setInputs(String(span.inputs).replace('secret', '***')),
          (span) => {
            span.setOutputs('masked')
            span.setAttribute('seen', span.inputs)
          },
        ],
      },
    )
    expect(attribute('ask', SpanKey.inputs)).toBe('a *** question')
    expect(attribute('ask', SpanKey.outputs)).toBe('masked')
    expect(attribute('ask', 'seen')).toBe('a *** question')
    expect(infos[0]).toMatchObject({ request_preview: '"a *** question"', response_preview: '"masked"' })
    for (const { body } of server.requests) expect(body.toString('latin1')).not.toContain('secret')
  })

  test('one that throws is said once and costs nothing else; one that ends the span ends it once', async () => {
    const said: string[] = []
    const { spans, attribute } = await record(
      () => {
        startSpan({ name: 'a' }).end()
        startSpan({ name: 'b' }).end()
      },
      {
        logger: { warn: (message) => said.push(message) },
        spanProcessors: [
          () => {
            throw new Error('broken')
          },
          (span) => span.end(),
          (span) => span.setAttribute('after', true),
        ],
      },
    )
    expect(spans).toHaveLength(2)
    expect(attribute('b', 'after')).toBe(true)
    expect(said).toEqual([expect.stringMatching(/processor 0 failed.*broken/)])
  })
})
