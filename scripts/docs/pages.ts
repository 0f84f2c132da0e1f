import { attributesPage } from './attributes-page.ts'
import { errorsPage } from './errors-page.ts'

/** One generated page of docs/reference. */
export interface Page {
  readonly name: string
  render(): string | Promise<string>
}

export const pages: readonly Page[] = [
  { name: 'errors.md', render: errorsPage },
  { name: 'attributes.md', render: attributesPage },
]
