/**
 * A prompt: a name under which templates are kept, version by version. On the wire it is a registered model with the tag
 * `mlflow.prompt.is_prompt`, and that is how clients tell it from a model.
 */
export interface Prompt {
  readonly name: string
  /** Empty: none. */
  readonly description: string
  /** Milliseconds since the epoch. */
  readonly createdMs: number
  readonly updatedMs: number
  readonly tags: ReadonlyMap<string, string>
  /** Names for versions, each of one that exists. */
  readonly aliases: ReadonlyMap<string, number>
  /** The number of the newest version there ever was: a number is not given out again. 0 before the first. */
  readonly lastVersion: number
}

/** One template. The text, the kind of template and the model's settings are tags the clients know. */
export interface PromptVersion {
  readonly name: string
  /** From 1 up. */
  readonly version: number
  readonly description: string
  /** What the client wrote where a model has its files. */
  readonly source: string
  readonly createdMs: number
  readonly updatedMs: number
  readonly tags: ReadonlyMap<string, string>
}

/** On prompts and versions alike. */
export const IS_PROMPT = 'mlflow.prompt.is_prompt'

/** The template of a version; a list of messages as JSON. */
export const PROMPT_TEXT = 'mlflow.prompt.text'
