import { readString } from '@clew/tracing/instrument'

/** Hosts that speak OpenAI's protocol, under the provider names of LiteLLM, which MLflow's price list uses. */
const PROVIDERS: readonly (readonly [RegExp, string])[] = [
  [/(^|\.)openai\.azure\.com$|(^|\.)cognitiveservices\.azure\.com$|(^|\.)services\.ai\.azure\.com$/, 'azure'],
  [/(^|\.)openai\.com$/, 'openai'],
  [/(^|\.)openrouter\.ai$/, 'openrouter'],
  [/(^|\.)deepseek\.com$/, 'deepseek'],
  [/(^|\.)groq\.com$/, 'groq'],
  [/(^|\.)together\.(xyz|ai)$/, 'together_ai'],
  [/(^|\.)mistral\.ai$/, 'mistral'],
  [/(^|\.)x\.ai$/, 'xai'],
  [/(^|\.)fireworks\.ai$/, 'fireworks_ai'],
  [/(^|\.)perplexity\.ai$/, 'perplexity'],
  [/(^|\.)anthropic\.com$/, 'anthropic'],
  [/(^|\.)cerebras\.ai$/, 'cerebras'],
  [/(^|\.)nvidia\.com$/, 'nvidia_nim'],
  [/^generativelanguage\.googleapis\.com$/, 'gemini'],
  [/^bedrock[\w-]*\.[\w-]+\.amazonaws\.com$/, 'bedrock'],
  [/(^|\.)(azure)?databricks\.(com|net)$/, 'databricks'],
]
const OLLAMA_PORT = '11434'

/**
 * Who answers this client. Never by the name of a class, which minifiers change: `AzureOpenAI` is told by its API version,
 * the others by where they send. An unknown address (a proxy, a test server) speaks OpenAI's protocol, so it is `openai`.
 */
export function providerOf(client: unknown): string {
  if (readString(client, 'apiVersion') !== undefined) return 'azure'
  const url = parseUrl(readString(client, 'baseURL'))
  if (!url) return 'openai'
  if (url.port === OLLAMA_PORT) return 'ollama'
  return PROVIDERS.find(([host]) => host.test(url.hostname))?.[1] ?? 'openai'
}

function parseUrl(text: string | undefined): URL | undefined {
  try {
    return text === undefined ? undefined : new URL(text)
  } catch {
    return undefined
  }
}
