import { ClewError } from '@clew/model'
import { z } from 'zod'
import { empty, jsonAnswer } from '../http/answer.ts'
import { integer, requiredText, tagPairs, text } from '../http/fields.ts'
import { mlflowPaths, type Route, route } from '../http/route.ts'
import { noVersion, promptKind, versionKey } from '../prompts/document.ts'
import type { Prompt, PromptVersion } from '../prompts/prompt.ts'
import type { Services } from '../services.ts'
import { positive } from './parameters.ts'
import {
  aliasName,
  bounded,
  checkDescription,
  isLatest,
  promptJson,
  promptName,
  refusal,
  refuseReservedAlias,
  requirePrompt,
  versionJson,
  versionNumber,
  without,
  withTags,
} from './prompt-fields.ts'
import { promptSelection } from './prompt-search.ts'
import { checkTagKey } from './tag-key.ts'

const MAX_RESULTS = 1000

const modelAnswer = z.object({ registered_model: z.object({ name: z.string() }) })

/** Prompts, which are registered models to MLflow. */
export const registeredModelRoutes: readonly Route[] = [
  route({
    method: 'POST',
    paths: mlflowPaths('/mlflow/registered-models/create', '2.0'),
    permission: 'write',
    summary: 'Creates a prompt. Models are not kept here.',
    request: z.object({ name: requiredText, tags: tagPairs.optional(), description: text.optional() }),
    response: modelAnswer,
    async handler({ services, fields }) {
      const name = promptName(fields.name)
      const tags = withTags(new Map(), fields.tags ?? new Map())
      requirePrompt(name, tags)
      const now = Date.now()
      const description = checkDescription(fields.description ?? '')
      const times = { createdMs: now, updatedMs: now }
      const prompt: Prompt = { name, description, ...times, tags, aliases: new Map(), lastVersion: 0 }
      await services.prompts.create(prompt)
      return jsonAnswer({ registered_model: promptJson(prompt, undefined) })
    },
  }),
  route({
    method: 'GET',
    paths: mlflowPaths('/mlflow/registered-models/get', '2.0'),
    permission: 'read',
    summary: 'A prompt with its newest version.',
    request: z.object({ name: requiredText }),
    response: modelAnswer,
    async handler({ services, fields }) {
      return answerWith(services, await promptOf(services, fields.name))
    },
  }),
  route({
    method: 'PATCH',
    paths: mlflowPaths('/mlflow/registered-models/update', '2.0'),
    permission: 'write',
    summary: 'Changes the description of a prompt.',
    request: z.object({ name: requiredText, description: text.optional() }),
    response: modelAnswer,
    async handler({ services, fields }) {
      const description = checkDescription(fields.description ?? '')
      const change = (prompt: Prompt) => ({ ...prompt, description, updatedMs: Date.now() })
      return answerWith(services, await services.prompts.update(promptName(fields.name), change))
    },
  }),
  route({
    method: 'DELETE',
    paths: mlflowPaths('/mlflow/registered-models/delete', '2.0'),
    permission: 'write',
    summary: 'Deletes a prompt and all its versions.',
    request: z.object({ name: requiredText }),
    response: z.object({}),
    async handler({ services, fields }) {
      const { name } = await promptOf(services, fields.name)
      await services.promptVersions.deleteGroup(name)
      await services.prompts.delete([name])
      return empty()
    },
  }),
  route({
    method: 'GET',
    paths: mlflowPaths('/mlflow/registered-models/search', '2.0'),
    permission: 'read',
    summary: 'One page of prompts, by name unless asked otherwise; the filter must ask for prompts.',
    request: z.object({
      filter: text.optional(),
      max_results: integer.optional(),
      order_by: z.array(text).optional(),
      page_token: text.optional(),
    }),
    response: z.object({ registered_models: z.array(z.object({})).optional(), next_page_token: z.string().optional() }),
    async handler({ services, fields }) {
      const limit = positive('max_results', fields.max_results ?? 100, MAX_RESULTS)
      const selection = promptSelection(fields.filter ?? '', fields.order_by ?? [])
      if (selection === undefined) return empty()
      const page = await services.prompts.search({ ...selection, limit, cursor: fields.page_token || undefined })
      const models = page.documents.map(async (prompt) => promptJson(prompt, await latestOf(services, prompt.name)))
      return jsonAnswer({
        ...(models.length > 0 && { registered_models: await Promise.all(models) }),
        ...(page.cursor !== undefined && { next_page_token: page.cursor }),
      })
    },
  }),
  route({
    method: 'POST',
    paths: mlflowPaths('/mlflow/registered-models/set-tag', '2.0'),
    permission: 'write',
    summary: 'Sets or replaces a tag of a prompt.',
    request: z.object({ name: requiredText, key: requiredText, value: text.optional() }),
    response: z.object({}),
    async handler({ services, fields }) {
      const tag = new Map([[fields.key, fields.value ?? '']])
      await services.prompts.update(promptName(fields.name), (prompt) => {
        return { ...prompt, tags: withTags(prompt.tags, tag) }
      })
      return empty()
    },
  }),
  route({
    method: 'DELETE',
    paths: mlflowPaths('/mlflow/registered-models/delete-tag', '2.0'),
    permission: 'write',
    summary: 'Deletes a tag of a prompt, if it has it.',
    request: z.object({ name: requiredText, key: requiredText }),
    response: z.object({}),
    async handler({ services, fields }) {
      checkTagKey(fields.key)
      await services.prompts.update(promptName(fields.name), (prompt) => {
        return { ...prompt, tags: without(prompt.tags, fields.key) }
      })
      return empty()
    },
  }),
  route({
    method: 'POST',
    paths: mlflowPaths('/mlflow/registered-models/alias', '2.0'),
    permission: 'write',
    summary: 'Gives a version of a prompt another name, which it takes from the version that had it.',
    request: z.object({ name: requiredText, alias: requiredText, version: requiredText }),
    response: z.object({}),
    async handler({ services, fields }) {
      const name = promptName(fields.name)
      const alias = aliasName(fields.alias)
      refuseReservedAlias(alias)
      const { version } = await versionOf(services, name, fields.version)
      await services.prompts.update(name, (prompt) => {
        return { ...prompt, aliases: bounded('aliases', new Map(prompt.aliases).set(alias, version)) }
      })
      return empty()
    },
  }),
  route({
    method: 'DELETE',
    paths: mlflowPaths('/mlflow/registered-models/alias', '2.0'),
    permission: 'write',
    summary: 'Deletes an alias of a prompt, if it has it.',
    request: z.object({ name: requiredText, alias: requiredText }),
    response: z.object({}),
    async handler({ services, fields }) {
      const alias = aliasName(fields.alias)
      await services.prompts.update(promptName(fields.name), (prompt) => {
        return { ...prompt, aliases: without(prompt.aliases, alias) }
      })
      return empty()
    },
  }),
  route({
    method: 'GET',
    paths: mlflowPaths('/mlflow/registered-models/alias', '2.0'),
    permission: 'read',
    summary: 'The version of a prompt that has an alias; `latest` is the newest.',
    request: z.object({ name: requiredText, alias: requiredText }),
    response: z.object({ model_version: z.object({ version: z.string() }) }),
    async handler({ services, fields }) {
      const alias = aliasName(fields.alias)
      const prompt = await promptOf(services, fields.name)
      const version = await versionByAlias(services, prompt, alias)
      return jsonAnswer({ model_version: versionJson(version, aliasesOf(prompt, version)) })
    },
  }),
]

/** The prompt of that name, or MLflow's 404. */
export async function promptOf({ prompts }: Services, given: string): Promise<Prompt> {
  const name = promptName(given)
  const prompt = await prompts.get(name)
  if (prompt === undefined) throw promptKind.missing(name)
  return prompt
}

/** The version of that number, or MLflow's 404. */
export async function versionOf({ promptVersions }: Services, name: string, version: string): Promise<PromptVersion> {
  const key = versionKey(name, versionNumber(name, version))
  const found = await promptVersions.get(key)
  if (found === undefined) throw noVersion(name, version)
  return found
}

/** In the order they were given. */
export function aliasesOf(prompt: Prompt | undefined, { version }: PromptVersion): readonly string[] {
  return [...(prompt?.aliases ?? [])].filter(([, aliased]) => aliased === version).map(([alias]) => alias)
}

async function versionByAlias(services: Services, prompt: Prompt, alias: string): Promise<PromptVersion> {
  const { name, aliases } = prompt
  if (isLatest(alias)) {
    const latest = await latestOf(services, name)
    if (latest !== undefined) return latest
    throw new ClewError('RESOURCE_DOES_NOT_EXIST', `Latest version not found for model ${name}.`)
  }
  const version = aliases.get(alias)
  if (version === undefined) throw refusal(`Registered model alias ${alias} not found.`)
  return versionOf(services, name, String(version))
}

async function latestOf({ promptVersions }: Services, name: string): Promise<PromptVersion | undefined> {
  const { documents } = await promptVersions.search({ groups: [name], limit: 1, cursor: undefined })
  return documents[0]
}

async function answerWith(services: Services, prompt: Prompt): Promise<Response> {
  return jsonAnswer({ registered_model: promptJson(prompt, await latestOf(services, prompt.name)) })
}
