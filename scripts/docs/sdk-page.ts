import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const doors = [
  { name: '@clew/tracing', path: '../../packages/sdk/src/index.ts' },
  { name: '@clew/tracing/client', path: '../../packages/sdk/src/client/index.ts' },
  { name: '@clew/integrations', path: '../../packages/integrations/src/index.ts' },
] as const

/** The public names of what applications import, with their docstrings, read by the compiler itself. */
export function sdkPage(): string {
  const files = doors.map(({ path }) => fileURLToPath(new URL(path, import.meta.url)))
  const config = fileURLToPath(new URL('../../tsconfig.json', import.meta.url))
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, ts.sys.readFile).config,
    ts.sys,
    fileURLToPath(new URL('../..', import.meta.url)),
  )
  const program = ts.createProgram(files, options)
  const checker = program.getTypeChecker()
  const sections = doors.map(({ name }, i) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(files[i]!)!)!
    const symbols = checker.getExportsOfModule(module).toSorted((a, b) => a.name.localeCompare(b.name))
    return [`## ${name}`, ...symbols.map((symbol) => describe(checker, symbol))].join('\n\n')
  })
  return `# SDK\n\nThe public names of the packages an application imports.\n\n${sections.join('\n\n')}\n`
}

function describe(checker: ts.TypeChecker, exported: ts.Symbol): string {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim()
  const code = (symbol.declarations ?? [])
    .map(declarationText)
    .filter((source) => source !== '')
    .join('\n')
  const parts = [`### ${exported.name}`]
  if (text !== '') parts.push(text)
  if (code !== '') parts.push(`\`\`\`ts\n${code}\n\`\`\``)
  return parts.join('\n\n')
}

/** The declaration as it stands in the source, without bodies. */
function declarationText(declaration: ts.Declaration): string {
  if (ts.isFunctionDeclaration(declaration)) {
    const text = declaration.getText()
    const head = declaration.body ? text.slice(0, declaration.body.getStart() - declaration.getStart()).trimEnd() : text
    return head.replace(/^export /, '')
  }
  if (ts.isClassDeclaration(declaration)) return classText(declaration)
  if (ts.isVariableDeclaration(declaration)) {
    const type = declaration.type ? `: ${declaration.type.getText()}` : ''
    return type === '' ? '' : `const ${declaration.name.getText()}${type}`
  }
  return declaration.getText().replace(/^export /, '')
}

/** The public members of a class with their docstrings, each without its body. */
function classText(declaration: ts.ClassDeclaration): string {
  const source = declaration.getSourceFile().text
  const head = source.slice(declaration.getStart(), declaration.members.pos).replace(/^export /, '')
  const members = declaration.members.filter((member) => !member.name || !ts.isPrivateIdentifier(member.name))
  return `${head}\n${members.map((member) => `${memberText(member, source)}\n`).join('')}}`
}

function memberText(member: ts.ClassElement, source: string): string {
  const hasBody = ts.isMethodDeclaration(member) || ts.isConstructorDeclaration(member) || ts.isGetAccessor(member)
  const end = hasBody && member.body ? member.body.getStart() : member.end
  const text = source.slice(member.getStart(undefined, true), end).trimEnd()
  // An async body is nobody's business: the type says what comes back.
  return `  ${text.replace(/^ *async /m, (word) => word.replace('async ', ''))}`
}
