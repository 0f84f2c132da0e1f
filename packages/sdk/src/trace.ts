import type { SpanType } from '@clew/model'
import { type ArgumentNamer, argumentNamer } from './argument-names.ts'
import { sayFailure, sayOnce } from './notices.ts'
import { runtime } from './runtime.ts'
import type { LiveSpan } from './span.ts'
import { isRecordingSpan, startSpan } from './start-span.ts'
import { isGeneratorFunction, traceIterator } from './trace-generator.ts'
import { type OutputRecorder, runInSpan } from './with-span.ts'

/** How calls of a traced function are recorded. */
export interface TraceOptions {
  /** The function's name if absent; `span` if it has none. */
  readonly name?: string | undefined
  /** `UNKNOWN` if absent. */
  readonly spanType?: SpanType | undefined
  /** Set on the span of every call. */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined
  /** Of the traces that start with this function, the share that is recorded: 0 to 1. Else the scope's, else that of `init`. */
  readonly samplingRatio?: number | undefined
  /** False: arguments are not recorded. */
  readonly captureInputs?: boolean | undefined
  /** False: results are not recorded, nor what a generator yields. */
  readonly captureOutputs?: boolean | undefined
  /** Names for the arguments, where those in the source will not do (minified code, destructured parameters). */
  readonly argumentNames?: readonly string[] | undefined
  /** For generators: makes the outputs from everything that was yielded. Otherwise they are the list. */
  readonly outputReducer?: ((chunks: readonly unknown[]) => unknown) | undefined
}

/** Any function. */
export type Traceable = (...args: never[]) => unknown

/** What `trace(options)` gives: a wrapper for functions, and a decorator for methods, in both dialects. */
export interface TraceDecorator {
  <Fn extends Traceable>(fn: Fn, context?: ClassMethodDecoratorContext): Fn
  (target: object, key: string | symbol, descriptor: PropertyDescriptor): PropertyDescriptor
}

/**
 * Makes a function record a span for every call: its arguments as inputs, its result as outputs, what it throws as an
 * exception. The span is current while the function runs, including what it awaits.
 *
 * The new function keeps `this`, `name`, `length` and the properties of the old. Its result and errors are those of the
 * old: a promise comes back as a promise that settles alike and is unhandled exactly when the caller does not handle it (a
 * derived one, if it is a plain promise); any other thenable comes back as the same object, and its span ends when its
 * value is asked for and there. Of generators and async generators the span lasts from the first `next` to the end, also
 * an early one, and is current only while the body runs.
 *
 *     const answer = trace(async (question: string) => …, { spanType: SpanType.AGENT })
 *     const search = trace({ name: 'search' }, function (query) { … })
 *     class Bot { @trace({ spanType: SpanType.TOOL }) look(thing: string) { … } }
 */
export function trace<Fn extends Traceable>(fn: Fn, options?: TraceOptions | ClassMethodDecoratorContext): Fn
export function trace<Fn extends Traceable>(options: TraceOptions, fn: Fn): Fn
export function trace(options?: TraceOptions): TraceDecorator
export function trace(first?: Traceable | TraceOptions, second?: unknown): unknown {
  if (typeof first === 'function')
    return wrap(first, isDecoratorContext(second) ? named({}, second) : readOptions(second))
  const options = readOptions(first)
  if (typeof second === 'function') return wrap(second as Traceable, options)
  return decorator(options)
}

function decorator(options: TraceOptions): TraceDecorator {
  return ((target: unknown, key?: unknown, descriptor?: PropertyDescriptor) => {
    if (descriptor !== undefined && typeof descriptor.value === 'function') {
      const name = options.name ?? String(key)
      return { ...descriptor, value: wrap(descriptor.value, { ...options, name }) }
    }
    if (typeof target === 'function')
      return wrap(target as Traceable, isDecoratorContext(key) ? named(options, key) : options)
    sayOnce('trace', 'trace() was given something that is no function or method; it stays as it is.')
    return descriptor ?? target
  }) as TraceDecorator
}

function isDecoratorContext(value: unknown): value is ClassMethodDecoratorContext {
  try {
    return typeof value === 'object' && value !== null && 'kind' in value && 'addInitializer' in value
  } catch {
    return false // a proxy that does not let itself be asked
  }
}

function named(options: TraceOptions, context: ClassMethodDecoratorContext): TraceOptions {
  return { ...options, name: options.name ?? String(context.name) }
}

/** Read once, so that nothing of the program's runs when a traced function is called. */
function readOptions(options: unknown): TraceOptions {
  try {
    return typeof options === 'object' ? { ...options } : {}
  } catch (error) {
    sayFailure('options', 'The options of trace() could not be read', error)
    return {}
  }
}

type Call = (this: unknown, ...args: unknown[]) => unknown

function wrap(fn: Traceable, options: TraceOptions): Traceable {
  try {
    return tracedFunction(fn, options)
  } catch (error) {
    sayFailure('wrap', 'A function cannot be traced and stays as it is', error)
    return fn
  }
}

function tracedFunction(fn: Traceable, options: TraceOptions): Traceable {
  const call = fn as Call
  const namer = argumentNamer(fn, options.argumentNames)
  const traced = isGeneratorFunction(fn) ? generatorCall(call, options, namer) : plainCall(call, options, namer)
  function wrapper(this: unknown, ...args: unknown[]): unknown {
    // A constructor is not a step of a trace.
    if (new.target !== undefined) return Reflect.construct(fn, args, new.target === wrapper ? fn : new.target)
    return runtime.isEnabled ? traced(this, args) : Reflect.apply(call, this, args)
  }
  return disguise(wrapper as Traceable, fn)
}

type TracedCall = (self: unknown, args: unknown[]) => unknown

function plainCall(fn: Call, options: TraceOptions, namer: ArgumentNamer): TracedCall {
  const name = options.name ?? fn.name
  const functionName = fn.name === '' ? undefined : fn.name
  const { spanType, attributes, samplingRatio } = options
  const record = options.captureOutputs === false ? ignore : setOutputs
  return (self, args) => {
    const span = startSpan({ name, spanType, attributes, samplingRatio })
    if (isRecordingSpan(span)) span.functionName = functionName
    if (options.captureInputs !== false) captureInputs(span, namer, args)
    return runInSpan(span, () => Reflect.apply(fn, self, args), record)
  }
}

function generatorCall(fn: Call, options: TraceOptions, namer: ArgumentNamer): TracedCall {
  const name = options.name ?? fn.name
  const { spanType, attributes, samplingRatio, outputReducer } = options
  return (self, args) => {
    const start = () => {
      const span = startSpan({ name, spanType, attributes, samplingRatio })
      if (options.captureInputs !== false) captureInputs(span, namer, args)
      return span
    }
    const captureOutputs = options.captureOutputs !== false
    return traceIterator(Reflect.apply(fn, self, args), { start, captureOutputs, outputReducer })
  }
}

function captureInputs(span: LiveSpan, namer: ArgumentNamer, args: readonly unknown[]): void {
  if (!span.isRecording) return
  try {
    span.setInputs(namer(args))
  } catch (error) {
    sayFailure('inputs', 'Inputs could not be recorded', error)
  }
}

const ignore: OutputRecorder = () => undefined
const setOutputs: OutputRecorder = (span, result) => span.setOutputs(result)

/** Gives the wrapper everything of the original that can be seen from outside. */
function disguise(wrapper: Traceable, original: Traceable): Traceable {
  try {
    Object.setPrototypeOf(wrapper, Object.getPrototypeOf(original))
    for (const key of Reflect.ownKeys(original)) {
      // Own properties of old-fashioned functions; not ours to give away.
      if (key === 'arguments' || key === 'caller') continue
      const descriptor = Reflect.getOwnPropertyDescriptor(original, key)
      if (descriptor !== undefined) Reflect.defineProperty(wrapper, key, descriptor)
    }
  } catch (error) {
    sayFailure('disguise', 'A traced function could not take over all properties', error)
  }
  return wrapper
}
