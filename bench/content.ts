/**
 * What the benchmarks trace: an agent's run of eight spans, three of them model calls with 1.4 kB of messages each. The
 * text is spliced from sentences at random (with a fixed seed), so that nothing compresses or interns better than real
 * content does.
 */
export interface Step {
  readonly name: string
  readonly type: string
  readonly inputs: unknown
  readonly outputs: unknown
  readonly attributes: Readonly<Record<string, string | number>>
  readonly children: readonly Step[]
}

const sentences = [
  'The customer writes that the lamp shade arrived cracked and asks for a refund.',
  'Orders under 120 euro are refunded without asking for the goods to be returned.',
  'Please answer in the language of the question and cite the handbook section.',
  'A parcel that was handed to a neighbour counts as delivered from that moment on.',
  'The warranty covers the dimmer and the transformer for five years, the shade for two.',
  'If the address differs from the one on file, verify the date of birth first.',
  'Vouchers cannot be combined unless both were issued for the same occasion.',
  'Refunds reach the account within three to five working days, weekends excluded.',
]

let state = 0x2545f491
function random(below: number): number {
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  return (state >>> 0) % below
}

export function prose(characters: number): string {
  let text = ''
  while (text.length < characters) text += `${sentences[random(sentences.length)]} (${random(1_000_000)}) `
  return text.slice(0, characters)
}

/** About 1.4 kB of chat messages, as JSON. */
function messages(): unknown {
  return {
    model: 'gpt-5-mini',
    messages: [
      { role: 'system', content: prose(500) },
      { role: 'user', content: prose(240) },
      { role: 'assistant', content: prose(200) },
      { role: 'user', content: prose(200) },
    ],
    temperature: 0.2,
  }
}

function modelCall(name: string): Step {
  return {
    name,
    type: 'CHAT_MODEL',
    inputs: messages(),
    outputs: { choices: [{ index: 0, message: { role: 'assistant', content: prose(220) }, finish_reason: 'stop' }] },
    attributes: {
      'mlflow.llm.model': 'gpt-5-mini',
      'mlflow.llm.provider': 'openai',
      'gen_ai.request.temperature': 0.2,
    },
    children: [],
  }
}

function tool(name: string): Step {
  return {
    name,
    type: 'TOOL',
    inputs: { order_id: random(100_000) },
    outputs: { status: 'delivered', total: 89, note: prose(120) },
    attributes: {},
    children: [],
  }
}

/** One trace of eight spans, three levels deep. */
export function agentRun(): Step {
  const question = prose(160)
  const chain: Step = {
    name: 'ask-handbook',
    type: 'CHAIN',
    inputs: { question },
    outputs: { answer: prose(200) },
    attributes: {},
    children: [tool('search_handbook'), tool('rerank'), modelCall('answer_from_sources')],
  }
  return {
    name: 'support-agent',
    type: 'AGENT',
    inputs: { question },
    outputs: { answer: prose(300) },
    attributes: { 'session.id': `s_${random(10_000)}`, version: '2.14.0' },
    children: [modelCall('plan'), chain, tool('get_order'), modelCall('write_reply')],
  }
}

export const spansPerRun = 8
