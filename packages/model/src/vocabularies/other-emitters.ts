import { genAiTokens } from './genai.ts'
import { typeByWord } from './source.ts'
import { vocabulary } from './vocabulary.ts'

/** Google's Agent Development Kit 1; 2 speaks OpenTelemetry GenAI. */
export const googleAdk = vocabulary({
  name: 'Google ADK',
  inputs: ['gcp.vertex.agent.llm_request', 'gcp.vertex.agent.tool_call_args'],
  outputs: ['gcp.vertex.agent.llm_response', 'gcp.vertex.agent.tool_response'],
})

const voltAgentType = typeByWord('span.type', { agent: 'AGENT', llm: 'LLM', tool: 'TOOL', memory: 'MEMORY' })
const voltAgentEntity = typeByWord('entity.type', { agent: 'AGENT', llm: 'LLM', tool: 'TOOL', memory: 'MEMORY' })

export const voltAgent = vocabulary({
  name: 'VoltAgent',
  type: (attributes) => voltAgentType(attributes) ?? voltAgentEntity(attributes),
  inputs: ['agent.messages', 'llm.messages', 'input'],
  outputs: ['output'],
  model: ['llm.model', 'ai.model.name'],
  tokens: {
    input: ['usage.prompt_tokens', 'llm.usage.prompt_tokens'],
    output: ['usage.completion_tokens', 'llm.usage.completion_tokens'],
    total: ['usage.total_tokens', 'llm.usage.total_tokens'],
    cacheRead: ['llm.usage.cached_tokens'],
    cacheCreation: [],
    reasoning: ['llm.usage.reasoning_tokens'],
  },
  messageFormat: (attributes) => (attributes.has('voltagent.operation_id') ? 'voltagent' : undefined),
  session: ['conversation.id', 'voltagent.conversation_id'],
})

export const laminar = vocabulary({
  name: 'Laminar',
  type: typeByWord('lmnr.span.type', {
    LLM: 'LLM',
    CACHED: 'LLM',
    TOOL: 'TOOL',
    DEFAULT: 'CHAIN',
    PIPELINE: 'CHAIN',
    EXECUTOR: 'AGENT',
    EVALUATOR: 'EVALUATOR',
    HUMAN_EVALUATOR: 'EVALUATOR',
    EVALUATION: 'EVALUATOR',
  }),
  inputs: ['lmnr.span.input'],
  outputs: ['lmnr.span.output'],
  tokens: genAiTokens,
  messageFormat: (attributes) => (attributes.has('lmnr.span.type') ? 'openai' : undefined),
  session: ['lmnr.association.properties.session_id'],
  user: ['lmnr.association.properties.user_id'],
})

export const mastra = vocabulary({
  name: 'Mastra',
  type: typeByWord('mastra.span.type', {
    agent_run: 'AGENT',
    model_generation: 'LLM',
    model_step: 'CHAIN',
    model_inference: 'LLM',
    tool_call: 'TOOL',
    mcp_tool_call: 'TOOL',
    workflow_run: 'WORKFLOW',
    workflow_step: 'TASK',
  }),
  inputs: [
    'mastra.agent_run.input',
    'mastra.model_generation.input',
    'mastra.model_step.input',
    'mastra.tool_call.input',
  ],
  outputs: [
    'mastra.agent_run.output',
    'mastra.model_generation.output',
    'mastra.model_step.output',
    'mastra.tool_call.output',
  ],
  session: ['mastra.metadata.sessionId'],
  user: ['mastra.metadata.userId'],
})

export const genkit = vocabulary({
  name: 'Genkit',
  type: typeByWord('genkit:metadata:subtype', {
    flow: 'WORKFLOW',
    model: 'LLM',
    tool: 'TOOL',
    embedder: 'EMBEDDING',
    retriever: 'RETRIEVER',
    reranker: 'RERANKER',
    evaluator: 'EVALUATOR',
  }),
  inputs: ['genkit:input'],
  outputs: ['genkit:output'],
})
