import { z } from 'zod'
import { empty, jsonAnswer } from '../http/answer.ts'
import { integer, requiredText, tagPairs, text } from '../http/fields.ts'
import { type Call, mlflowPaths, type Route, route } from '../http/route.ts'
import { noVersion, versionKey } from '../prompts/document.ts'
import type { PromptVersion } from '../prompts/prompt.ts'
import { positive } from './parameters.ts'
import {
  checkDescription,
  promptName,
  refusal,
  requirePrompt,
  versionJson,
  versionNumber,
  without,
  withTags,
} from './prompt-fields.ts'
import { versionSelection } from './prompt-search.ts'
import { aliasesOf, promptOf, versionOf } from './registered-models.ts'
import { checkTagKey } from './tag-key.ts'

/** Versions MLflow lets a client ask for; it gets them page by page. */
const MAX_RESULTS = 200_000
const MAX_PAGE = 1000
const MAX_SOURCE = 500

const versionFields = { name: requiredText, version: requiredText }

const versionAnswer = z.object({ model_version: z.object({ version: z.string() }) })

/** Versions of prompts, which are model versions to MLflow. */
export const modelVersionRoutes: readonly Route[] = [
  route({
    method: 'POST',
    paths: mlflowPaths('/mlflow/model-versions/create', '2.0'),
    permission: 'write',
    summary: 'Adds a version to a prompt, with the next number.',
    request: z.object({
      name: requiredText,
      source: requiredText,
      tags: tagPairs.optional(),
      description: text.optional(),
    }),
    response: versionAnswer,
    async handler({ services, fields }) {
      const name = promptName(fields.name)
      const tags = withTags(new Map(), fields.tags ?? new Map())
      requirePrompt(name, tags)
      const description = checkDescription(fields.description ?? '')
      const { source } = fields
      if (source.length > MAX_SOURCE) throw refusal(`'source' exceeds the maximum length of ${MAX_SOURCE} characters`)
      const now = Date.now()
      // A number is taken before its version is written: two calls never get the same one.
      const { lastVersion } = await services.prompts.update(name, (prompt) => {
        return { ...prompt, lastVersion: prompt.lastVersion + 1, updatedMs: now }
      })
      const times = { createdMs: now, updatedMs: now }
      const version: PromptVersion = { name, version: lastVersion, description, source, ...times, tags }
      await services.promptVersions.create(version)
      return jsonAnswer({ model_version: versionJson(version, []) })
    },
  }),
  route({
    method: 'GET',
    paths: mlflowPaths('/mlflow/model-versions/get', '2.0'),
    permission: 'read',
    summary: 'A version of a prompt.',
    request: z.object(versionFields),
    response: versionAnswer,
    async handler(call) {
      const version = await versionOf(call.services, promptName(call.fields.name), call.fields.version)
      return answerWith(call, version)
    },
  }),
  route({
    method: 'PATCH',
    paths: mlflowPaths('/mlflow/model-versions/update', '2.0'),
    permission: 'write',
    summary: 'Changes the description of a version of a prompt.',
    request: z.object({ ...versionFields, description: text.optional() }),
    response: versionAnswer,
    async handler(call) {
      const description = checkDescription(call.fields.description ?? '')
      return answerWith(call, await change(call, (version) => ({ ...version, description, updatedMs: Date.now() })))
    },
  }),
  route({
    method: 'DELETE',
    paths: mlflowPaths('/mlflow/model-versions/delete', '2.0'),
    permission: 'write',
    summary: 'Deletes a version of a prompt, and its aliases. Its number is not given out again.',
    request: z.object(versionFields),
    response: z.object({}),
    async handler({ services, fields }) {
      const name = promptName(fields.name)
      const number = versionNumber(name, fields.version)
      const deleted = await services.promptVersions.delete([versionKey(name, number)])
      if (deleted === 0) throw noVersion(name, number)
      await services.prompts.update(name, (prompt) => ({
        ...prompt,
        aliases: new Map([...prompt.aliases].filter(([, version]) => version !== number)),
        updatedMs: Date.now(),
      }))
      return empty()
    },
  }),
  route({
    method: 'GET',
    paths: mlflowPaths('/mlflow/model-versions/search', '2.0'),
    permission: 'read',
    summary:
      'One page of the versions of prompts, newest first unless asked otherwise; the filter must ask for prompts.',
    request: z.object({
      filter: text.optional(),
      max_results: integer.optional(),
      order_by: z.array(text).optional(),
      page_token: text.optional(),
    }),
    response: z.object({ model_versions: z.array(z.object({})).optional(), next_page_token: z.string().optional() }),
    async handler({ services, fields }) {
      const limit = positive('max_results', fields.max_results ?? MAX_PAGE, MAX_RESULTS)
      const selection = versionSelection(fields.filter ?? '', fields.order_by ?? [])
      if (selection === undefined) return empty()
      const page = await services.promptVersions.search({
        ...selection,
        limit: Math.min(limit, MAX_PAGE),
        cursor: fields.page_token || undefined,
      })
      return jsonAnswer({
        ...(page.documents.length > 0 && { model_versions: page.documents.map((each) => versionJson(each, [])) }),
        ...(page.cursor !== undefined && { next_page_token: page.cursor }),
      })
    },
  }),
  route({
    method: 'POST',
    paths: mlflowPaths('/mlflow/model-versions/set-tag', '2.0'),
    permission: 'write',
    summary: 'Sets or replaces a tag of a version of a prompt.',
    request: z.object({ ...versionFields, key: requiredText, value: text.optional() }),
    response: z.object({}),
    async handler(call) {
      const tag = new Map([[call.fields.key, call.fields.value ?? '']])
      await change(call, (version) => ({ ...version, tags: withTags(version.tags, tag) }))
      return empty()
    },
  }),
  route({
    method: 'DELETE',
    paths: mlflowPaths('/mlflow/model-versions/delete-tag', '2.0'),
    permission: 'write',
    summary: 'Deletes a tag of a version of a prompt, if it has it.',
    request: z.object({ ...versionFields, key: requiredText }),
    response: z.object({}),
    async handler(call) {
      checkTagKey(call.fields.key)
      await change(call, (version) => ({ ...version, tags: without(version.tags, call.fields.key) }))
      return empty()
    },
  }),
]

interface VersionId {
  readonly name: string
  readonly version: string
}

function change(
  { services, fields }: Call<VersionId>,
  edit: (version: PromptVersion) => PromptVersion,
): Promise<PromptVersion> {
  const name = promptName(fields.name)
  return services.promptVersions.update(versionKey(name, versionNumber(name, fields.version)), edit)
}

async function answerWith({ services }: Call<VersionId>, version: PromptVersion): Promise<Response> {
  const prompt = await promptOf(services, version.name)
  return jsonAnswer({ model_version: versionJson(version, aliasesOf(prompt, version)) })
}
