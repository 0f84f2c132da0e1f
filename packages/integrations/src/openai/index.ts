import { SpanType } from '@clew/model'
import { defineIntegration, type Integration } from '@clew/tracing/instrument'
import { chatFold } from './chat-stream.ts'
import { completionFold } from './completion-stream.ts'
import { endCall, endEmbeddings, RESPONSE_ECHOES, startCall, startEmbeddings } from './map.ts'
import { responseFold } from './response-stream.ts'

/**
 * openai, the official client. `parse`, `stream` and `runTools` all end in `create`, so one span per HTTP call comes of
 * `create` alone. Names of spans and their types are those of MLflow's Python client.
 */
export const openai: Integration = defineIntegration({
  name: 'openai',
  module: 'openai',
  versions: '>=4 <8',
  clientFactories: ['withOptions'],
  methods: [
    {
      path: 'OpenAI.Chat.Completions.prototype.create',
      clientPath: 'chat.completions.create',
      name: 'Completions',
      kind: SpanType.CHAT_MODEL,
      start: startCall,
      end: endCall,
      stream: chatFold,
    },
    {
      path: 'OpenAI.Responses.prototype.create',
      clientPath: 'responses.create',
      name: 'Responses',
      kind: SpanType.CHAT_MODEL,
      start: startCall,
      end: endCall,
      echoes: RESPONSE_ECHOES,
      stream: responseFold,
    },
    {
      path: 'OpenAI.Embeddings.prototype.create',
      clientPath: 'embeddings.create',
      name: 'Embeddings',
      kind: SpanType.EMBEDDING,
      start: startEmbeddings,
      end: endEmbeddings,
    },
    {
      path: 'OpenAI.Completions.prototype.create',
      clientPath: 'completions.create',
      name: 'Completions',
      kind: SpanType.LLM,
      start: startCall,
      end: endCall,
      stream: completionFold,
    },
  ],
})
