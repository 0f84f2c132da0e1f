/**
 * A server that swallows what it is sent, in a process of its own so that its CPU time is not counted. Tells its
 * address when it is up, and how many requests came when it is asked.
 */
import { createServer } from 'node:http'
import { TRACE_INFOS_PATH } from '@clew/model'

/** What a Clew server answers; exports are answered with nothing, as protobuf. */
const answers = new Map([
  ['/api/3.0/mlflow/server-info', '{"store_type":"SqlStore","clew":{"max_trace_infos":256}}'],
  [TRACE_INFOS_PATH, '{}'],
])

let requests = 0
const server = createServer((request, response) => {
  requests++
  request.resume().on('end', () => {
    const answer = answers.get(request.url ?? '')
    response.setHeader('content-type', answer === undefined ? 'application/x-protobuf' : 'application/json')
    response.end(answer)
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  process.send?.(`http://127.0.0.1:${address.port}`)
})
process.on('message', () => process.send?.(requests))
process.on('disconnect', () => process.exit())
