import { sayOnce } from '../notices.ts'
import { traceCalls } from './call.ts'
import { findCopies } from './copies.ts'
import type { AutologOptions, CaptureOptions, Integration, IntegrationTable, TracedMethod } from './integration.ts'
import { isFunction, type Patch, patchMethod } from './patch.ts'
import { isHolder } from './read.ts'
import { shared } from './shared.ts'
import { attempt } from './steps.ts'

/** Makes an integration of its table. Does nothing else: a module of integrations has no side effects. */
export function defineIntegration(table: IntegrationTable): Integration {
  const integration: Integration = {
    table,
    autolog(options = {}) {
      attempt('autolog', () => (options.disable === true ? switchOff(table) : switchOn(table, options)))
    },
    disable() {
      attempt('autolog', () => switchOff(table))
    },
    traced(client, options = {}) {
      attempt('autolog', () => traceClient(table, client, options))
      return client
    },
  }
  return integration
}

/** How many of the integration's methods this client has: which integration a client belongs to. */
export function countMethods(table: IntegrationTable, client: object): number {
  return table.methods.filter((method) => find(client, method.clientPath) !== undefined).length
}

/** Where an integration stands in this process, for all copies of it and of this module. */
interface State {
  /** Absent while the integration is off. Read at every call. */
  capture: CaptureOptions | undefined
  /** Copies of the library seen so far. Modules are never unloaded, so neither are they forgotten. */
  readonly copies: Set<object>
  patches: Patch[]
  isSearching: boolean
}

function switchOn(table: IntegrationTable, options: AutologOptions): void {
  const state = stateOf(table)
  state.capture = { captureInputs: options.captureInputs, captureOutputs: options.captureOutputs }
  for (const copy of state.copies) patchCopy(table, state, copy)
  if (isHolder(options.module)) meet(table, state, options.module)
  if (state.isSearching) return
  state.isSearching = true
  findCopies(table.module, (copy) => meet(table, state, copy))
}

function switchOff(table: IntegrationTable): void {
  const state = stateOf(table)
  state.capture = undefined
  for (const patch of state.patches) patch.undo()
  state.patches = []
}

function meet(table: IntegrationTable, state: State, copy: object): void {
  if (state.copies.has(copy)) return
  state.copies.add(copy)
  const found = table.methods.filter((method) => find(copy, method.path) !== undefined)
  if (found.length === 0) {
    sayOnce(
      `integration ${table.name}`,
      `a copy of "${table.module}" has nothing that could be traced; versions ${table.versions} are known to work`,
    )
  }
  if (state.capture) patchCopy(table, state, copy)
}

function patchCopy(table: IntegrationTable, state: State, copy: object): void {
  for (const method of table.methods) {
    const place = find(copy, method.path)
    const patch =
      place &&
      patchMethod(
        place.holder,
        place.key,
        traceCalls(method, () => state.capture),
      )
    if (patch) state.patches.push(patch)
  }
}

function traceClient(table: IntegrationTable, client: object, capture: CaptureOptions): void {
  for (const method of table.methods) traceInstance(client, method, capture)
  for (const factory of table.clientFactories ?? []) {
    if (!find(client, factory)) continue
    patchMethod(client, factory, (call) => {
      const outcome = call.run()
      if (outcome.kind === 'returned' && isHolder(outcome.value)) traceClient(table, outcome.value, capture)
      return undefined
    })
  }
}

function traceInstance(client: object, method: TracedMethod, capture: CaptureOptions): void {
  const place = find(client, method.clientPath)
  if (place)
    patchMethod(
      place.holder,
      place.key,
      traceCalls(method, () => capture),
      'replace',
    )
}

/** The object and the key at the end of a dotted path, if there is a function. */
function find(root: object, path: string): { readonly holder: object; readonly key: string } | undefined {
  const keys = path.split('.')
  const key = keys.pop() ?? ''
  let holder: unknown = root
  for (const step of keys) {
    if (!isHolder(holder)) return undefined
    holder = Reflect.get(holder, step)
  }
  return isHolder(holder) && isFunction(Reflect.get(holder, key)) ? { holder, key } : undefined
}

function stateOf(table: IntegrationTable): State {
  const states = shared('integrations/1', () => new Map<string, State>())
  const state = states.get(table.name) ?? { capture: undefined, copies: new Set(), patches: [], isSearching: false }
  states.set(table.name, state)
  return state
}
