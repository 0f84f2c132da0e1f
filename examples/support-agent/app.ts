/**
 * The support desk of a bicycle shop: an agent with a retriever and tools, traced by hand where the application knows
 * best (agent, retriever, tools) and by `openai.autolog()` where the library does (chat completions, embeddings).
 */
import { openai } from '@clew/integrations'
import { SpanType, shutdown, trace, updateCurrentTrace, withSpan } from '@clew/tracing'
import OpenAI from 'openai'
import type {
  ChatCompletionMessage,
  ChatCompletionMessageFunctionToolCall,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions'
import { conversations, type Turn } from './conversations.ts'
import { type Page, searchHandbook } from './handbook.ts'
import { tools } from './tools.ts'

openai.autolog()
const client = new OpenAI({ maxRetries: 0 })
const model = 'gpt-4o-mini'

const instructions = trace(
  (pages: readonly Page[]) =>
    [
      'You answer for a bicycle shop, in at most three sentences unless asked to compare.',
      ...pages.map((page) => `From ${page.metadata.doc_uri}: ${page.page_content}`),
    ].join('\n\n'),
  { name: 'write instructions', spanType: SpanType.PARSER },
)

for (const { session, user, turns } of conversations) {
  const history: ChatCompletionMessageParam[] = []
  for (const turn of turns) {
    const answer = await withSpan(
      (span) => {
        span.setInputs({ messages: [{ role: 'user', content: turn.question }] })
        updateCurrentTrace({ sessionId: session, user, tags: { channel: 'web' } })
        return reply(history, turn)
      },
      { name: 'support agent', spanType: SpanType.AGENT },
    ).catch((error: Error) => `(${error.name}: ${error.message})`)
    console.log(`${user}: ${turn.question}\n  ${answer.split('\n')[0]}`)
    history.push({ role: 'user', content: turn.question }, { role: 'assistant', content: answer })
  }
}
await shutdown()

async function reply(history: readonly ChatCompletionMessageParam[], turn: Turn): Promise<string> {
  const messages: ChatCompletionMessageParam[] = [
    { role: 'system', content: instructions(await search(turn.question)) },
    ...history,
    { role: 'user', content: turn.question },
  ]
  if (turn.tools !== undefined) {
    const message = await ask(messages, turn.tools)
    if (message.tool_calls === undefined) return message.content ?? ''
    messages.push(message)
    for (const call of message.tool_calls) if (call.type === 'function') messages.push(await use(call))
  }
  return turn.streamed ? tell(messages) : ((await ask(messages)).content ?? '')
}

async function search(question: string): Promise<Page[]> {
  return withSpan(
    async (span) => {
      span.setInputs({ question, limit: 2 })
      await client.embeddings.create({ model: 'text-embedding-3-small', input: question, encoding_format: 'float' })
      return searchHandbook(question, 2)
    },
    { name: 'search handbook', spanType: SpanType.RETRIEVER },
  )
}

async function ask(messages: ChatCompletionMessageParam[], names: Turn['tools'] = []): Promise<ChatCompletionMessage> {
  const offered = names.length === 0 ? {} : { tools: names.map((name) => tools[name].definition) }
  const completion = await client.chat.completions.create({ model, messages, temperature: 0.2, ...offered })
  const message = completion.choices[0]?.message
  if (message === undefined) throw new Error('The model chose to say nothing.')
  return message
}

async function tell(messages: ChatCompletionMessageParam[]): Promise<string> {
  const options = { stream: true, stream_options: { include_usage: true } } as const
  let text = ''
  for await (const chunk of await client.chat.completions.create({ model, messages, ...options })) {
    text += chunk.choices[0]?.delta.content ?? ''
  }
  return text
}

async function use(call: ChatCompletionMessageFunctionToolCall): Promise<ChatCompletionMessageParam> {
  const [, tool] = Object.entries(tools).find(([name]) => name === call.function.name) ?? []
  if (tool === undefined) throw new Error(`The model asked for ${call.function.name}, which does not exist.`)
  const content = JSON.stringify(await tool.run(JSON.parse(call.function.arguments)))
  return { role: 'tool', tool_call_id: call.id, content }
}
