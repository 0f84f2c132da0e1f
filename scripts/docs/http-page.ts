import { routes } from 'clew'
import { table } from './table.ts'

export function httpPage(): string {
  const rows = routes.map(({ method, paths, permission, summary }) => [
    `\`${method}\``,
    paths.map((path) => `\`${path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}')}\``).join(' '),
    permission,
    summary,
  ])
  return `# HTTP API

Every route of the server, in the order in which they are tried. Shapes of requests and answers are in the OpenAPI document that a running server serves at
\`/openapi.json\`. Errors: [errors.md](errors.md). Where an answer differs from MLflow's on purpose: [differences.md](differences.md).

${table(['method', 'path', 'permission', 'what it does'], rows)}
`
}
