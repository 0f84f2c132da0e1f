import { posix } from 'node:path'
import { importRules, packageNames } from './import-table.ts'
import type { SourceFile } from './source-tree.ts'

export interface Violation {
  readonly path: string
  readonly line: number
  readonly message: string
}

export const limits = { fileLines: 300, functionLines: 60, parameters: 4 } as const

/** A `testing` folder holds what several tests share, an `oracle` folder the second opinions they compare with. */
const isTest = (path: string) => /\.test\.tsx?$|\/(oracle|testing)\//.test(path)

/** All violations of the import table, of acyclicity and of the size limits, in order of path and line. */
export function findViolations(tree: readonly SourceFile[]): Violation[] {
  const found = [...tree.flatMap(checkSizes), ...tree.flatMap(checkImports), ...findCycles(tree)]
  return found.sort((a, b) => a.path.localeCompare(b.path) || a.line - b.line)
}

function checkSizes({ path, lines, functions }: SourceFile): Violation[] {
  const found: Violation[] = []
  // A test file is a list of cases and a battery a list of tests: length is no sign of mixed concepts there.
  if (isTest(path)) return found
  if (lines > limits.fileLines) {
    found.push({
      path,
      line: 1,
      message: `${lines} lines; a file has at most ${limits.fileLines}: split it by concept`,
    })
  }
  for (const { name, line, lines, parameters } of functions) {
    if (lines > limits.functionLines && !registersTests(path)) {
      found.push({ path, line, message: `${name} has ${lines} lines; a function has at most ${limits.functionLines}` })
    }
    if (parameters > limits.parameters) {
      found.push({
        path,
        line,
        message: `${name} has ${parameters} parameters; past ${limits.parameters}, name them in an object`,
      })
    }
  }
  return found
}

function registersTests(path: string): boolean {
  return path.startsWith('packages/kit/src/prove')
}

function checkImports({ path, imports }: SourceFile): Violation[] {
  const home = /^packages\/([^/]+)\//.exec(path)?.[1]
  const rule = home === undefined ? undefined : importRules[home]
  if (home === undefined || rule === undefined) return []
  const found: Violation[] = []
  const refuse = (line: number, message: string) => found.push({ path, line, message })
  for (const { specifier, line, typeOnly } of imports) {
    if (specifier.startsWith('.')) {
      const target = posix.join(posix.dirname(path), specifier)
      if (!target.startsWith(`packages/${home}/`) && !isTest(path))
        refuse(line, `reaches out of its package: ${specifier}`)
      continue
    }
    if (isTest(path)) continue
    const neighbour = packageNames[packageOf(specifier)]
    if (neighbour !== undefined) {
      if (neighbour !== home && !rule.packages.includes(neighbour)) refuse(line, `${home} may not import ${neighbour}`)
    } else if (specifier.startsWith('node:')) {
      if (!rule.node && !typeOnly) refuse(line, `${home} may not import ${specifier}: it runs where there is no Node`)
    } else if (!typeOnly && !rule.libraries.includes(packageOf(specifier))) {
      refuse(line, `${home} may not import ${specifier}; a new dependency is argued in scripts/tidy/import-table.ts`)
    }
  }
  return found
}

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}

/** Strongly connected files over run-time imports, found without recursion (Tarjan). */
function findCycles(tree: readonly SourceFile[]): Violation[] {
  const edges = new Map(tree.map((file) => [file.path, runtimeNeighbours(file)]))
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const onStack = new Set<string>()
  const found: Violation[] = []

  for (const root of edges.keys()) {
    const work: { path: string; next: number }[] = index.has(root) ? [] : [{ path: root, next: 0 }]
    while (work.length > 0) {
      const frame = work[work.length - 1]!
      const { path } = frame
      if (frame.next === 0) {
        index.set(path, index.size)
        low.set(path, index.get(path)!)
        stack.push(path)
        onStack.add(path)
      }
      const neighbour = edges.get(path)![frame.next++]
      if (neighbour === undefined) {
        work.pop()
        const parent = work.at(-1)?.path
        if (parent) low.set(parent, Math.min(low.get(parent)!, low.get(path)!))
        if (low.get(path) === index.get(path)) {
          const component = stack.splice(stack.lastIndexOf(path))
          for (const member of component) onStack.delete(member)
          if (component.length > 1 || edges.get(path)!.includes(path)) found.push(cycle(component))
        }
      } else if (edges.has(neighbour)) {
        if (!index.has(neighbour)) work.push({ path: neighbour, next: 0 })
        else if (onStack.has(neighbour)) low.set(path, Math.min(low.get(path)!, index.get(neighbour)!))
      }
    }
  }
  return found
}

function runtimeNeighbours({ path, imports }: SourceFile): string[] {
  return imports
    .filter(({ specifier, typeOnly }) => specifier.startsWith('.') && !typeOnly)
    .map(({ specifier }) => posix.join(posix.dirname(path), specifier))
}

function cycle(component: readonly string[]): Violation {
  const members = component.toSorted()
  return { path: members[0]!, line: 1, message: `import cycle: ${members.join(' ↔ ')}` }
}
