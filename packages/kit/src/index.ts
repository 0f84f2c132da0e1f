export * from './draw.ts'
export * from './prove-integration/index.ts'
export * from './prove-store/index.ts'
export * from './sketch.ts'
