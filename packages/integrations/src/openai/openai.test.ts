import { createRequire } from 'node:module'
import { proveIntegration } from '@clew/kit'
import { calls, connect } from './fixtures/calls.ts'
import { openai } from './index.ts'

const require = createRequire(import.meta.url)

// Until version 5 `runTools` repeats its parsed messages in the requests that follow.
const versions = [
  { specifier: 'openai-4', variant: 'until-5' },
  { specifier: 'openai-5', variant: 'until-5' },
  { specifier: 'openai-6', variant: undefined },
  { specifier: 'openai', variant: undefined },
]

proveIntegration(openai, {
  fixtures: new URL('./fixtures/', import.meta.url),
  copies: versions.flatMap(({ specifier, variant }) => [
    { name: `${specifier}, ES module`, load: () => import(specifier), variant },
    { name: `${specifier}, CommonJS`, load: () => require(specifier), variant },
  ]),
  connect,
  calls,
})
