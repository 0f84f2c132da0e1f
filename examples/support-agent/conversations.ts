import type { ToolName } from './tools.ts'

/** What a visitor asks, turn by turn. */
export interface Conversation {
  readonly session: string
  readonly user: string
  readonly turns: readonly Turn[]
}

export interface Turn {
  readonly question: string
  /** What the model may call before it answers. */
  readonly tools?: readonly ToolName[]
  /** Whether the answer comes word by word. */
  readonly streamed?: boolean
}

export const conversations: readonly Conversation[] = [
  {
    session: 'chat-5d21',
    user: 'mara',
    turns: [
      { question: 'Where is my order 4417?', tools: ['find_order'] },
      { question: 'Can you change the delivery address?' },
      { question: 'Never mind, thank you. Which pump goes with it?', streamed: true },
    ],
  },
  {
    session: 'chat-8a90',
    user: 'tomas',
    turns: [
      { question: 'May I return the helmet of order 4090?' },
      { question: 'Please refund it.', tools: ['find_order', 'refund_order'] },
    ],
  },
  {
    session: 'chat-c3f7',
    user: 'ines',
    turns: [
      {
        question: 'Compare the Kestrel and the Heron for commuting, please.',
        tools: ['rate_model'],
        streamed: true,
      },
      { question: 'Is the Heron in stock in 50 cm?', tools: ['find_order'] },
    ],
  },
]
