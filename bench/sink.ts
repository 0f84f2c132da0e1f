/**
 * A server that swallows what it is sent, in a process of its own so that its CPU time is not counted. Tells its
 * address when it is up, and how many requests came when it is asked.
 */
import { createServer } from 'node:http'

let requests = 0
const server = createServer((request, response) => {
  requests++
  request.resume().on('end', () => {
    const isTraceInfo = request.url?.startsWith('/api/3.0/mlflow/traces')
    response.setHeader('content-type', isTraceInfo ? 'application/json' : 'application/x-protobuf')
    response.end(isTraceInfo ? '{"trace":{"trace_info":{"tags":{"mlflow.trace.spansLocation":"TRACKING_STORE"}}}}' : '')
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  process.send?.(`http://127.0.0.1:${address.port}`)
})
process.on('message', () => process.send?.(requests))
process.on('disconnect', () => process.exit())
