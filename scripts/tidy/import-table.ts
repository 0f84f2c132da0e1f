/** What one package may import at run time. Types may come from anywhere; tests may import anything. */
export interface ImportRule {
  readonly packages: readonly string[]
  readonly node: boolean
  readonly libraries: readonly string[]
}

/** The table of ARCHITECTURE.md. Each library is argued in the commit that adds it here. */
export const importRules: Readonly<Record<string, ImportRule>> = {
  model: { packages: [], node: false, libraries: [] },
  sdk: { packages: ['model'], node: false, libraries: [] },
  integrations: { packages: ['model', 'sdk'], node: false, libraries: [] },
  server: {
    packages: ['model'],
    node: true,
    libraries: ['hono', '@hono/node-server', 'zod', 'commander', '@pydantic/genai-prices'],
  },
  web: {
    packages: ['model'],
    node: false,
    libraries: [
      'react',
      'react-dom',
      '@tanstack/react-query',
      '@tanstack/react-router',
      '@tanstack/react-virtual',
      'react-aria-components',
      'marked',
      'dompurify',
    ],
  },
  kit: { packages: ['model', 'sdk'], node: true, libraries: ['vitest', 'fast-check'] },
}

export const packageNames: Readonly<Record<string, string>> = {
  '@clew/model': 'model',
  '@clew/tracing': 'sdk',
  '@clew/integrations': 'integrations',
  '@clew/web': 'web',
  '@clew/kit': 'kit',
  clew: 'server',
}
