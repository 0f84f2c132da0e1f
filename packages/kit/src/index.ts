export * from './prove-integration/index.ts'
