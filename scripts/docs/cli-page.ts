import { serveCommand } from '../../packages/server/src/commands/serve.ts'
import { table } from './table.ts'

export function cliPage(): string {
  const command = serveCommand()
  const rows = command.options.map((option) => [
    `\`${option.flags}\``,
    option.envVar === undefined ? '' : `\`${option.envVar}\``,
    option.description,
    isMachineSpecific(option.defaultValue) ? '' : `\`${JSON.stringify(option.defaultValue)}\``,
  ])
  return `# Command line

## clew ${command.name()}

${command.description()} From a clone, \`npm start -- <options>\` is the same.

${table(['option', 'variable', 'what', 'default'], rows)}
`
}

/** A folder of this checkout says nothing to the reader. */
function isMachineSpecific(value: unknown): boolean {
  return value === undefined || value === false || (typeof value === 'string' && value.startsWith('/'))
}
