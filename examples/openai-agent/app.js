// A small travel helper, written as if there were no tracing: it imports nothing of Clew's. Started with
// `node --import @clew/tracing/register app.js`, each of its model calls becomes a trace.
import OpenAI from 'openai'

const client = new OpenAI()
const model = 'gpt-4o-mini'

const tools = [
  {
    type: 'function',
    function: {
      name: 'weather',
      description: 'The weather of a city, today.',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  },
]

console.log('plain:', await ask('Name one city worth a weekend.'))
console.log('streamed:', await tell('Describe Porto in two sentences.'))
console.log('with a tool:', await askWithTools('Do I need an umbrella in Porto today?'))
console.log('failed:', await fail())

async function ask(question) {
  const completion = await client.chat.completions.create({
    model,
    messages: [
      { role: 'system', content: 'You are a brief travel guide.' },
      { role: 'user', content: question },
    ],
  })
  return completion.choices[0].message.content
}

async function tell(question) {
  const stream = await client.chat.completions.create({
    model,
    messages: [{ role: 'user', content: question }],
    stream: true,
    stream_options: { include_usage: true },
  })
  let text = ''
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
  return text
}

async function askWithTools(question) {
  const messages = [{ role: 'user', content: question }]
  for (let round = 0; round < 4; round++) {
    const completion = await client.chat.completions.create({ model, messages, tools })
    const { message } = completion.choices[0]
    if (!message.tool_calls) return message.content
    messages.push(message)
    for (const call of message.tool_calls) {
      const { city } = JSON.parse(call.function.arguments)
      messages.push({ role: 'tool', tool_call_id: call.id, content: weather(city) })
    }
  }
  throw new Error('The model asked for tools four times in a row.')
}

function weather(city) {
  return JSON.stringify({ city, sky: 'rain until noon', celsius: 14 })
}

async function fail() {
  try {
    await client.chat.completions.create({ model: 'gpt-unheard-of', messages: [{ role: 'user', content: 'Hello?' }] })
    return 'not at all'
  } catch (error) {
    return error.message
  }
}
