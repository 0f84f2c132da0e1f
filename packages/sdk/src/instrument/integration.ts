import type { SpanType } from '@clew/model'

/**
 * What one library needs to be traced: data and pure functions, no behaviour. `defineIntegration` turns it into
 * something that can be switched on.
 */
export interface IntegrationTable {
  /** One word users know: `openai`. Used in messages. */
  readonly name: string
  /** The specifier applications import: `openai`. */
  readonly module: string
  /** The range of versions the integration is proved against, for the documentation and for warnings. */
  readonly versions: string
  readonly methods: readonly TracedMethod[]
  /** Methods of a client that return another client, which is then traced like the first. */
  readonly clientFactories?: readonly string[]
}

/**
 * One method worth a span.
 *
 * `start`, `end` and the stream fold are pure: they read what they are given, keep no reference to it, change nothing,
 * do no I/O, and answer for any input, however malformed. A value they return is encoded at once. Should one throw all
 * the same, the span lacks that part and the host does not notice.
 */
export interface TracedMethod {
  /** Where the function lives, from the module's exports: `OpenAI.Chat.Completions.prototype.create`. */
  readonly path: string
  /** Where the same function is found from a client: `chat.completions.create`. */
  readonly clientPath: string
  /** The name of the span. */
  readonly name: string
  readonly kind: SpanType
  /** From the call, before the library sees it. */
  start(call: ObservedCall): RequestFields
  /** From the result the caller gets (the value of a promise, not the promise). Not called for streams. */
  end(response: unknown): ResponseFields
  /** Fields of the result that repeat the request; left out of the outputs where inputs are not captured. */
  readonly echoes?: readonly string[]
  /** A fresh fold for one stream; absent if the method never returns one. */
  readonly stream?: () => StreamFold
}

export interface ObservedCall {
  /** `this` of the call: the resource object the method was called on. */
  readonly self: unknown
  readonly args: readonly unknown[]
}

/** Names of attributes and their values. A Map or entries, never an object: names may come from a request. */
export type FieldEntries = Iterable<readonly [string, unknown]>

export interface RequestFields {
  /** The inputs of the span. Content. */
  readonly inputs?: unknown
  /** Attributes that reveal nothing of what was said: model, provider, temperature. */
  readonly attributes?: FieldEntries
  /** Attributes that do: tools, prompts. Left out where inputs are not captured. */
  readonly contentAttributes?: FieldEntries
}

export interface ResponseFields {
  /** The outputs of the span. Content. */
  readonly outputs?: unknown
  readonly attributes?: FieldEntries
  /** Left out where outputs are not captured. */
  readonly contentAttributes?: FieldEntries
  /** The call returned normally but reports a failure of the model: the span's status becomes ERROR with this text. */
  readonly failure?: string | undefined
}

/**
 * Adds up the chunks of one stream. Owns its state, which it must keep bounded however long the stream is; must copy
 * what it keeps, for the consumer may change a chunk after it was handed over.
 */
export interface StreamFold {
  step(chunk: unknown): void
  /** Called once, also when the stream ended early: what is known then. */
  done(): ResponseFields
}

/** What may be recorded. With content off, none of it appears anywhere: attributes, events, exceptions, previews. */
export interface CaptureOptions {
  /** Inputs, attributes with content, and what else shows them: messages of errors, single chunks. True if absent. */
  readonly captureInputs?: boolean | undefined
  /** Outputs, chunks and attributes with content. True if absent. */
  readonly captureOutputs?: boolean | undefined
}

export interface AutologOptions extends CaptureOptions {
  /** True switches the integration off, as `disable()` does. */
  readonly disable?: boolean | undefined
  /**
   * The library itself, as the application imported it (`import * as module from 'openai'`, or the `OpenAI` class).
   * Needed only where a bundler has put the library into the application's own file, or on a runtime without modules
   * to look through.
   */
  readonly module?: object | undefined
}

/** A library that can be traced. */
export interface Integration {
  readonly table: IntegrationTable
  /**
   * Traces every client of the library in this process: the copies the application has loaded or can resolve now, and
   * (where the runtime has `module.registerHooks`) every copy loaded later. Calling it again replaces the options.
   * Never throws.
   */
  autolog(options?: AutologOptions): void
  /** Undoes `autolog`: original functions are put back where they were. Clients given to `traced` stay traced. */
  disable(): void
  /**
   * Traces one client, whatever `autolog` does; works after bundling and minification. Returns the same object. Its own
   * options win over those of `autolog`.
   */
  traced<Client extends object>(client: Client, options?: CaptureOptions): Client
}
