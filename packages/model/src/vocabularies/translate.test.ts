import { describe, expect, it } from 'vitest'
import { encodeJson } from '../json/encode.ts'
import { readAttribute } from '../json/parse.ts'
import type { Attributes, Span, SpanEvent } from '../span.ts'
import { translate } from './translate.ts'

const texts = (values: Readonly<Record<string, unknown>>): Attributes =>
  new Map(Object.entries(values).map(([key, value]) => [key, encodeJson(value)]))

function spanWith(values: Readonly<Record<string, unknown>>, events: readonly SpanEvent[] = []): Span {
  return {
    traceId: `tr-${'1'.repeat(32)}`,
    spanId: '2'.repeat(16),
    parentSpanId: undefined,
    name: 'foreign',
    startTimeNs: 1n,
    endTimeNs: 2n,
    status: { code: 'UNSET', message: '' },
    attributes: texts(values),
    events,
    links: [],
  }
}

/** What was added, as values. */
function additions(span: Span): Record<string, unknown> {
  const { attributes } = translate(span)
  const added = [...attributes.keys()].filter((key) => attributes.get(key) !== span.attributes.get(key))
  return JSON.parse(JSON.stringify(Object.fromEntries(added.map((key) => [key, readAttribute(attributes, key)]))))
}

describe('translate', () => {
  it('returns the very same span when it speaks no foreign vocabulary', () => {
    const span = spanWith({ 'mlflow.spanType': 'LLM', temperature: 1, user_note: 'gen_ai.is not at the start' })
    expect(translate(span)).toBe(span)
  })

  it('reads OpenTelemetry GenAI', () => {
    const span = spanWith({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.response.model': 'gpt-4o-2024-08-06',
      'gen_ai.input.messages': [{ role: 'user', parts: [{ type: 'text', content: 'hi' }] }],
      'gen_ai.output.messages': [{ role: 'assistant', parts: [{ type: 'text', content: 'hello' }] }],
      'gen_ai.usage.input_tokens': 12,
      'gen_ai.usage.output_tokens': 5,
      'gen_ai.usage.cache_read.input_tokens': 8,
      'gen_ai.conversation.id': 'c-1',
    })
    expect(additions(span)).toEqual({
      'mlflow.spanType': 'CHAT_MODEL',
      'mlflow.llm.model': 'gpt-4o-2024-08-06',
      'mlflow.llm.provider': 'openai',
      'mlflow.spanInputs': [{ role: 'user', parts: [{ type: 'text', content: 'hi' }] }],
      'mlflow.spanOutputs': [{ role: 'assistant', parts: [{ type: 'text', content: 'hello' }] }],
      'mlflow.chat.tokenUsage': { input_tokens: 12, output_tokens: 5, total_tokens: 17, cache_read_input_tokens: 8 },
      'session.id': 'c-1',
    })
  })

  it('reads messages that came as span events', () => {
    const event = (name: string, values: Record<string, unknown>): SpanEvent => ({
      name,
      timeNs: 1n,
      attributes: texts(values),
    })
    const span = spanWith({ 'gen_ai.operation.name': 'chat' }, [
      event('gen_ai.system.message', { content: 'Be brief.' }),
      event('gen_ai.user.message', { content: 'hi' }),
      event('gen_ai.choice', { message: 'hello' }),
    ])
    expect(additions(span)).toMatchObject({
      'mlflow.spanInputs': [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'hi' },
      ],
      'mlflow.spanOutputs': [{ role: 'assistant', content: 'hello' }],
    })
  })

  it('reads OpenInference, its numbered messages and tool calls where the plain value is no JSON', () => {
    const span = spanWith({
      'openinference.span.kind': 'LLM',
      'input.value': 'repr of something',
      'llm.input_messages.0.message.role': 'user',
      'llm.input_messages.0.message.content': 'weather in Oslo?',
      'llm.output_messages.0.message.role': 'assistant',
      'llm.output_messages.0.message.tool_calls.0.tool_call.id': 'call_1',
      'llm.output_messages.0.message.tool_calls.0.tool_call.function.name': 'weather',
      'llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments': '{"city":"Oslo"}',
      'llm.model_name': 'gpt-4o-mini',
      'llm.system': 'openai',
      'llm.token_count.prompt': 10,
      'llm.token_count.completion': '4',
      'llm.tools.0.tool.json_schema': { type: 'function', function: { name: 'weather' } },
    })
    expect(additions(span)).toMatchObject({
      'mlflow.spanType': 'LLM',
      'mlflow.spanInputs': { messages: [{ role: 'user', content: 'weather in Oslo?' }] },
      'mlflow.spanOutputs': {
        messages: [
          {
            role: 'assistant',
            tool_calls: [
              { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } },
            ],
          },
        ],
      },
      'mlflow.llm.provider': 'openai',
      'mlflow.chat.tools': [{ type: 'function', function: { name: 'weather' } }],
      'mlflow.chat.tokenUsage': { input_tokens: 10, output_tokens: 4, total_tokens: 14 },
    })
  })

  it('reads every numbered prompt of Traceloop, in order, not the first alone', () => {
    const span = spanWith({
      'llm.request.type': 'chat',
      'gen_ai.prompt.10.role': 'user',
      'gen_ai.prompt.10.content': 'last',
      'gen_ai.prompt.0.role': 'system',
      'gen_ai.prompt.0.content': 'first',
      'gen_ai.prompt.2.role': 'user',
      'gen_ai.prompt.2.content': 'middle',
      'gen_ai.completion.0.role': 'assistant',
      'gen_ai.completion.0.content': 'answer',
    })
    const added = additions(span) as { 'mlflow.spanInputs': { messages: { content: string }[] } }
    expect(added['mlflow.spanInputs'].messages.map(({ content }) => content)).toEqual(['first', 'middle', 'last'])
    expect(added).toMatchObject({ 'mlflow.spanType': 'CHAT_MODEL', 'mlflow.message.format': 'openai' })
  })

  it('reads the Vercel AI SDK', () => {
    const span = spanWith({
      'ai.operationId': 'ai.generateText.doGenerate',
      'ai.model.id': 'gpt-4o',
      'ai.model.provider': 'openai.responses',
      'ai.prompt.messages': [{ role: 'user', content: 'hi' }],
      'ai.prompt.tools': ['{"name":"weather"}'],
      'ai.response.text': 'hello',
      'ai.usage.promptTokens': 3,
      'ai.usage.completionTokens': 2,
      'ai.telemetry.metadata.sessionId': 's-1',
    })
    expect(additions(span)).toMatchObject({
      'mlflow.spanType': 'LLM',
      'mlflow.llm.provider': 'openai',
      'mlflow.spanInputs': { messages: [{ role: 'user', content: 'hi' }], tools: [{ name: 'weather' }] },
      'mlflow.spanOutputs': { text: 'hello' },
      'mlflow.message.format': 'vercel_ai',
      'session.id': 's-1',
    })
  })

  it("sums Langfuse's split usage", () => {
    const span = spanWith({
      'langfuse.observation.type': 'generation',
      'langfuse.observation.usage_details': {
        input: 10,
        input_cached_tokens: 90,
        output: 5,
        output_reasoning_tokens: 15,
      },
    })
    expect(additions(span)['mlflow.chat.tokenUsage']).toEqual({
      input_tokens: 100,
      output_tokens: 20,
      total_tokens: 120,
      cache_read_input_tokens: 90,
      reasoning_output_tokens: 15,
    })
  })

  it('keeps what is there: a name of MLflow is never overwritten, except an unknown type', () => {
    const span = spanWith({
      'mlflow.spanType': 'UNKNOWN',
      'mlflow.spanInputs': 'mine',
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.call.arguments': { a: 1 },
    })
    expect(additions(span)).toEqual({ 'mlflow.spanType': 'TOOL' })
    expect(translate(span).attributes.get('gen_ai.operation.name')).toBe('"execute_tool"')
  })

  it('is not impressed by hostile names', () => {
    const span = spanWith(
      JSON.parse(
        '{"gen_ai.prompt.__proto__.role":"x","gen_ai.prompt.0.__proto__":"y","gen_ai.prompt.0.role":"user","gen_ai.usage.input_tokens":"NaN"}',
      ),
    )
    expect(additions(span)).not.toHaveProperty(['mlflow.chat.tokenUsage'])
    expect(({} as { role?: string }).role).toBeUndefined()
  })

  it('is done with ten thousand numbered names quickly, and stops there', () => {
    const values = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`gen_ai.prompt.${i}.content`, 'x']))
    const added = additions(spanWith(values)) as { 'mlflow.spanInputs': { messages: unknown[] } }
    expect(added['mlflow.spanInputs'].messages).toHaveLength(10_000)
  })
})
