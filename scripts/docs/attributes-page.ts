import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { table } from './table.ts'

/** The reserved names, read from the source so that each comes with the comment it has there. */
export function attributesPage(): string {
  const path = new URL('../../packages/model/src/keys.ts', import.meta.url)
  const file = ts.createSourceFile('keys.ts', readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true)
  const sections = file.statements.filter(ts.isVariableStatement).flatMap((statement) => {
    const declaration = statement.declarationList.declarations[0]!
    const keys = keysOf(declaration.initializer)
    return keys.length === 0
      ? []
      : [`## ${declaration.name.getText()}\n\n${comment(statement)}\n\n${table(['name', 'as', 'note'], keys)}\n`]
  })
  return `# Reserved names\n\nNames with a meaning in span attributes, trace metadata, tags and events. \`as\` is the name in \`@clew/model\`.\n\n${sections.join('\n')}`
}

function keysOf(initializer: ts.Expression | undefined): string[][] {
  const object = initializer && ts.isAsExpression(initializer) ? initializer.expression : initializer
  if (!object || !ts.isObjectLiteralExpression(object)) return []
  return object.properties.filter(ts.isPropertyAssignment).map((property) => {
    const value = ts.isStringLiteral(property.initializer) ? property.initializer.text : property.initializer.getText()
    return [`\`${value}\``, `\`${property.name.getText()}\``, comment(property)]
  })
}

function comment(node: ts.Node): string {
  return ts
    .getJSDocCommentsAndTags(node)
    .map((doc) => (typeof doc.comment === 'string' ? doc.comment : (ts.getTextOfJSDocComment(doc.comment) ?? '')))
    .join(' ')
    .replaceAll(/\s*\n\s*/g, ' ')
}
