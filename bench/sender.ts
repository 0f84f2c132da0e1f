/**
 * Sends prepared request bodies, in a process of its own. Started by fork and given an order; answers with the
 * wall-clock milliseconds from the first byte to the last answer, and how many answers were not 200.
 */
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'

export interface SenderOrder {
  readonly url: string
  readonly senders: number
  /** Sent before the clock starts: a server that has run for a while is what matters. */
  readonly warmUpPaths: readonly string[]
  readonly paths: readonly string[]
}

export interface SenderResult {
  readonly ms: number
  readonly failures: number
}

process.once('message', async ({ url, senders, warmUpPaths, paths }: SenderOrder) => {
  const agent = new Agent({ keepAlive: true, maxSockets: senders })
  let failures = 0

  async function sendAll(bodies: readonly Buffer[]): Promise<void> {
    let next = 0
    const sendInTurn = async () => {
      for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
        if ((await post(agent, url, body)) !== 200) failures++
      }
    }
    await Promise.all(Array.from({ length: senders }, sendInTurn))
  }

  const bodies = paths.map((path) => readFileSync(path))
  await sendAll(warmUpPaths.map((path) => readFileSync(path)))
  const started = performance.now()
  await sendAll(bodies)
  process.send?.({ ms: performance.now() - started, failures } satisfies SenderResult)
  agent.destroy()
  process.disconnect()
})

function post(agent: Agent, url: string, body: Buffer): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/x-protobuf',
      'content-length': body.length,
      'x-mlflow-experiment-id': '0',
    }
    const sent = request(`${url}/v1/traces`, { method: 'POST', agent, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode))
    })
    sent.on('error', reject).end(body)
  })
}
