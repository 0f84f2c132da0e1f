import { attributesPage } from './attributes-page.ts'
import { cliPage } from './cli-page.ts'
import { errorsPage } from './errors-page.ts'
import { httpPage } from './http-page.ts'
import { sdkPage } from './sdk-page.ts'

/** One generated page of docs/reference. */
export interface Page {
  readonly name: string
  render(): string | Promise<string>
}

export const pages: readonly Page[] = [
  { name: 'attributes.md', render: attributesPage },
  { name: 'cli.md', render: cliPage },
  { name: 'errors.md', render: errorsPage },
  { name: 'http.md', render: httpPage },
  { name: 'sdk.md', render: sdkPage },
]
