import { errorTable } from '@clew/model'
import { table } from './table.ts'

export function errorsPage(): string {
  const rows = Object.entries(errorTable).map(([code, { status, help }]) => [`\`${code}\``, String(status), help])
  return `# Errors

Every error of the server is a JSON object with \`error_code\` and \`message\`, as MLflow's are; Clew adds \`help\` and \`request_id\`. Errors of
\`/v1/traces\` add \`detail\`, as MLflow's do.

${table(['error_code', 'HTTP status', 'what to do'], rows)}
`
}
