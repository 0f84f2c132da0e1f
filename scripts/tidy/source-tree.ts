import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/** One TypeScript file, parsed as far as the rules need it. */
export interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string
  readonly lines: number
  readonly imports: readonly Import[]
  readonly functions: readonly FunctionExtent[]
}

export interface Import {
  readonly specifier: string
  readonly line: number
  /** `import type` and `export type … from`: gone at run time. */
  readonly typeOnly: boolean
}

export interface FunctionExtent {
  readonly name: string
  readonly line: number
  readonly lines: number
  readonly parameters: number
}

const patterns = ['packages/*/src/**/*.{ts,tsx}', 'scripts/**/*.ts', 'e2e/**/*.ts', 'bench/**/*.ts']
const generated = /\/generated\/|\/fixtures\/|\.d\.ts$/

export function readSourceTree(root: URL): SourceFile[] {
  const cwd = fileURLToPath(root)
  return globSync(patterns, { cwd })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !generated.test(path) && !path.includes('node_modules/'))
    .sort()
    .map((path) => parseSource(path, readFileSync(new URL(path, root), 'utf8')))
}

export function parseSource(path: string, text: string): SourceFile {
  const kind = path.endsWith('.tsx') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind)
  const imports: Import[] = []
  const functions: FunctionExtent[] = []
  const lineAt = (position: number) => file.getLineAndCharacterOfPosition(position).line + 1

  const pending: ts.Node[] = [file]
  for (let node = pending.pop(); node; node = pending.pop()) {
    const found = readImport(node)
    if (found) imports.push({ ...found, line: lineAt(node.getStart(file)) })
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const line = lineAt(node.getStart(file))
      const lines = lineAt(node.end) - line + 1
      functions.push({ name: nameOf(node), line, lines, parameters: node.parameters.length })
    }
    ts.forEachChild(node, (child) => {
      pending.push(child)
    })
  }
  return { path, lines: text.split('\n').length - 1, imports, functions }
}

function readImport(node: ts.Node): { specifier: string; typeOnly: boolean } | undefined {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    return {
      specifier: node.moduleSpecifier.text,
      typeOnly: node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword,
    }
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
    return { specifier: node.moduleSpecifier.text, typeOnly: node.isTypeOnly }
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [specifier] = node.arguments
    if (specifier && ts.isStringLiteral(specifier)) return { specifier: specifier.text, typeOnly: false }
  }
  return undefined
}

function nameOf(node: ts.SignatureDeclaration): string {
  if (node.name) return node.name.getText()
  const { parent } = node
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) return parent.name.getText()
  return 'a function'
}
