import { SpanKey } from '@clew/model'
import { describe, expect, test } from 'vitest'
import { startSpan, withSpan } from './index.ts'
import { record } from './testing/recorded.ts'

/** Reports tokens as an integration does. */
const usage = (input: number, output: number) => ({
  [SpanKey.chatUsage]: { input_tokens: input, output_tokens: output, total_tokens: input + output },
})

const tokensOf = (info: { trace_metadata: Record<string, string> } | undefined) =>
  JSON.parse(info?.trace_metadata['mlflow.trace.tokenUsage'] ?? 'null')

describe('the info of a trace', () => {
  test('has name, state, previews, sizes and what MLflow writes about the environment', async () => {
    const { infos, span } = await record(
      () =>
        withSpan(
          () => {
            withSpan(() => 'x'.repeat(1_000), { name: 'step' })
            return { choices: [{ message: { role: 'assistant', content: 'Because.' } }] }
          },
          { name: 'chat', inputs: { messages: [{ role: 'user', content: 'Why?' }], padding: 'p'.repeat(400) } },
        ),
      { experimentId: '3' },
    )
    const info = infos[0]!
    expect(info).toMatchObject({
      trace_id: span('chat').traceId,
      trace_location: { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: '3' } },
      state: 'OK',
      request_preview: 'Why?',
      response_preview: 'Because.',
      tags: { 'mlflow.traceName': 'chat' },
    })
    const metadata = info.trace_metadata
    expect(metadata['mlflow.trace_schema.version']).toBe('3')
    expect(metadata['mlflow.traceInputs']).toHaveLength(250)
    expect(metadata['mlflow.traceInputs']).toMatch(/^\{"messages".*\.\.\.$/)
    expect(metadata['mlflow.traceOutputs']).toContain('Because.')
    expect(metadata['mlflow.source.type']).toBe('LOCAL')
    expect(metadata['mlflow.source.name']).toBeTypeOf('string')
    const sizes = JSON.parse(metadata['mlflow.trace.sizeStats']!)
    expect(sizes.num_spans).toBe(2)
    expect(sizes.max).toBeGreaterThan(1_000)
    expect(sizes.total_size_bytes).toBe(Number(metadata['mlflow.trace.sizeBytes']))
    expect(sizes.p25).toBeLessThanOrEqual(sizes.p50)
    expect(sizes.p50).toBeLessThanOrEqual(sizes.p75)
  })

  test('without inputs and outputs there are no previews', async () => {
    const { infos } = await record(() => startSpan().end())
    expect(infos[0]?.request_preview).toBeUndefined()
    expect(infos[0]?.response_preview).toBeUndefined()
  })

  test('adds up tokens and cost over the spans', async () => {
    const { infos } = await record(() =>
      withSpan(() => {
        const cost = { [SpanKey.cost]: { input_cost: 0.1, output_cost: 0.2, total_cost: 0.3 } }
        withSpan(() => withSpan(() => 1, { attributes: { ...usage(10, 5), ...cost } }))
        withSpan(() => 2, { attributes: { ...usage(1, 2), ...cost } })
      }),
    )
    expect(tokensOf(infos[0])).toEqual({ input_tokens: 11, output_tokens: 7, total_tokens: 18 })
    expect(JSON.parse(infos[0]!.trace_metadata['mlflow.trace.cost']!)).toEqual({
      input_cost: 0.2,
      output_cost: 0.4,
      total_cost: 0.6,
    })
  })

  test('a parent that reports the tokens of its children is not counted twice', async () => {
    const { infos } = await record(() =>
      withSpan(() =>
        withSpan(() => withSpan(() => withSpan(() => 1, { attributes: usage(10, 5) })), { attributes: usage(12, 6) }),
      ),
    )
    expect(tokensOf(infos[0])).toEqual({ input_tokens: 12, output_tokens: 6, total_tokens: 18 })
  })

  test('a child that outlives its parent is counted, unless that parent reported', async () => {
    const { infos } = await record(() => {
      const root = startSpan()
      const silent = startSpan({ parent: root })
      const outliving = startSpan({ parent: silent, attributes: usage(3, 4) })
      const reporting = startSpan({ parent: root, attributes: usage(20, 0) })
      const covered = startSpan({ parent: reporting, attributes: usage(9, 9) })
      silent.end()
      reporting.end()
      outliving.end()
      covered.end()
      root.end()
    })
    expect(tokensOf(infos[0])).toEqual({ input_tokens: 23, output_tokens: 4, total_tokens: 27 })
  })

  test('ten thousand spans cost a bounded sample of sizes', async () => {
    const { infos } = await record(() => {
      const root = startSpan()
      for (let index = 0; index < 10_000; index += 1) startSpan({ parent: root }).end()
      root.end()
    })
    expect(JSON.parse(infos[0]!.trace_metadata['mlflow.trace.sizeStats']!).num_spans).toBe(10_001)
  })
})
