import { userInfo } from 'node:os'
import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => vi.unstubAllEnvs())

/** The metadata is read once per copy of the module. */
async function freshMetadata() {
  vi.resetModules()
  const { environmentMetadata } = await import('./environment.ts')
  return environmentMetadata()
}

test('names the user by the variables Python asks, in its order', async () => {
  vi.stubEnv('USER', 'second')
  vi.stubEnv('LOGNAME', 'first')
  expect((await freshMetadata()).get('mlflow.user')).toBe('first')
})

test('names the account where no variable does', async () => {
  for (const name of ['LOGNAME', 'USER', 'LNAME', 'USERNAME']) vi.stubEnv(name, '')
  expect((await freshMetadata()).get('mlflow.user')).toBe(userInfo().username)
})

test('names the script, as a local source', async () => {
  const metadata = await freshMetadata()
  expect(metadata.get('mlflow.source.name')).toBe(process.argv[1])
  expect(metadata.get('mlflow.source.type')).toBe('LOCAL')
})
