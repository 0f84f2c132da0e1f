export { createServer, type ServerOptions } from './http/app.ts'
export { openApi } from './http/openapi.ts'
export { routes } from './routes.ts'
export { type RunningServer, type StartOptions, startServer } from './start.ts'
