/**
 * Records the sample traces: runs `examples/support-agent` with the real SDK against a model that knows the answers,
 * and writes what it sent to `packages/server/src/samples/`.
 *
 *     node --conditions=@clew/source e2e/samples/record.ts
 *
 * Protobuf is written as OTLP JSON, so that the recording can be reviewed; what names the machine is replaced.
 */
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { decodeOtlpProtobuf, encodeOtlpJson } from '@clew/model'
import { startModelServer } from '../../examples/support-agent/model-server.ts'
import { runExample } from '../harness/traced-program.ts'
import { type PostedRequest, tapWire } from '../harness/wiretap.ts'

const destination = new URL('../../packages/server/src/samples/support-agent.otlp', import.meta.url)
const maximumBytes = 300_000
const root = fileURLToPath(new URL('../..', import.meta.url))

const model = await startModelServer()
const endpoint = await tapWire()
try {
  const printed = await runExample('support-agent/app.ts', {
    environment: {
      MLFLOW_TRACKING_URI: endpoint.url,
      MLFLOW_EXPERIMENT_ID: '0',
      OPENAI_BASE_URL: model.url,
      LOGNAME: 'dana',
    },
  })
  const text = endpoint.posted.flatMap(lines).map(withoutMachine).join('')
  if (text.length > maximumBytes) throw new Error(`The recording has ${text.length} bytes; ${maximumBytes} is enough.`)
  await writeFile(destination, text)
  console.log(`${printed}\n${endpoint.posted.length} requests, ${text.length} bytes recorded`)
} finally {
  await Promise.all([endpoint.close(), model.close()])
}

function lines({ path, contentType, body }: PostedRequest): string[] {
  if (path === '/api/3.0/mlflow/traces') return [`${JSON.stringify(JSON.parse(Buffer.from(body).toString()))}\n`]
  if (path !== '/v1/traces') throw new Error(`The SDK posted to ${path}, which a recording has no line for.`)
  if (contentType !== 'application/x-protobuf') return [`${Buffer.from(body).toString()}\n`]
  return decodeOtlpProtobuf(body).groups.map(({ spans, resource }) => `${encodeOtlpJson(spans, resource)}\n`)
}

/** Stack traces and the program's name hold paths of the machine that recorded. */
function withoutMachine(line: string): string {
  return line.replaceAll(root, '/app/')
}
