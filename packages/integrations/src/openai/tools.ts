import { readField, readList, readString } from '@clew/tracing/instrument'

/** One entry of `mlflow.chat.tools`. */
interface ChatTool {
  readonly type: 'function'
  readonly function: {
    readonly name: string
    readonly description?: string | undefined
    readonly parameters?: unknown
    readonly strict?: boolean | undefined
  }
}

const MAX_TOOLS = 512

/**
 * The tools a request offers, in the one shape MLflow's UI reads: chat style `{type, function: {…}}` as it is, the flat
 * style of the responses API nested, custom tools by name, and built-in ones (`web_search_preview`, `code_interpreter` …)
 * as a function with just their type for a name, as MLflow's Python client does.
 */
export function chatTools(body: unknown): ChatTool[] {
  const tools = readList(body, 'tools').slice(0, MAX_TOOLS).map(chatTool)
  const legacy = readList(body, 'functions').slice(0, MAX_TOOLS).map(describe)
  return [...tools, ...legacy].filter((tool) => tool !== undefined)
}

function chatTool(tool: unknown): ChatTool | undefined {
  const type = readString(tool, 'type')
  if (type === 'function') return describe(readField(tool, 'function') ?? tool)
  if (type === 'custom') return describe(readField(tool, 'custom') ?? tool)
  return type === undefined ? undefined : { type: 'function', function: { name: type } }
}

function describe(definition: unknown): ChatTool | undefined {
  const name = readString(definition, 'name')
  if (name === undefined) return undefined
  const strict = readField(definition, 'strict')
  return {
    type: 'function',
    function: {
      name,
      description: readString(definition, 'description'),
      parameters: readField(definition, 'parameters') ?? undefined,
      strict: typeof strict === 'boolean' ? strict : undefined,
    },
  }
}
