import { defineConfig } from 'vitest/config'

/** Naming conditions replaces the defaults, so the defaults are repeated. */
const conditions = ['@clew/source', 'module', 'node', 'development|production']

const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } }

/** What scripts/run.mjs says to V8 holds for the processes of the tests too. */
const execArgv = process.execArgv.filter((flag) => flag.includes('memory-protection'))

/** Every test that starts a process or a server binds port 0, so projects may run side by side. */
export default defineConfig({
  ...shared,
  test: {
    projects: [
      {
        ...shared,
        test: {
          execArgv,
          name: 'unit',
          include: ['packages/*/src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        ...shared,
        test: {
          execArgv,
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          exclude: ['e2e/interop/**', 'e2e/packages/**'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...shared,
        test: { name: 'interop', include: ['e2e/interop/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 600_000 },
      },
      {
        ...shared,
        test: { name: 'packages', include: ['e2e/packages/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 600_000 },
      },
    ],
  },
})
