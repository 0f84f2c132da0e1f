import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { Agent, createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CLOSE_WITHIN_MS, startServer } from './start.ts'
import { stores } from './testing/server.ts'

let dataDirectory: string

beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'clew-start-'))
})

afterEach(() => rm(dataDirectory, { recursive: true, force: true }))

describe.each(stores)('startServer over the %s store', (store) => {
  it('answers at the address it tells, and no more after close', async () => {
    const server = await startServer({ store, port: 0, dataDirectory })
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`)
    expect(await (await fetch(`${server.url}/health`)).text()).toBe('OK')
    await server.close()
    await expect(fetch(`${server.url}/health`)).rejects.toThrow()
    await server.close()
  })

  it('rejects when the port is taken, and leaves the data folder free for the next try', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    await expect(startServer({ store, port, dataDirectory })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    const server = await startServer({ store, port: 0, dataDirectory })
    await server.close()
    other.close()
  })

  it('finishes a request that is under way before it closes', async () => {
    const server = await startServer({ store, port: 0, dataDirectory })
    const body = JSON.stringify({ name: 'slow' })
    const socket = connect(server.port, '127.0.0.1')
    socket.write(
      `POST /api/2.0/mlflow/experiments/create HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`,
    )
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk
    })
    await new Promise((resolve) => setTimeout(resolve, 100))
    const closing = server.close()
    socket.write(body)
    await once(socket, 'close')
    expect(answer).toMatch(/^HTTP\/1\.1 200/)
    expect(answer).toContain('"experiment_id"')
    await closing
  })

  it('closes soon though clients keep asking over kept connections', async () => {
    const server = await startServer({ store, port: 0, dataDirectory })
    const agent = new Agent({ keepAlive: true, maxSockets: 2 })
    let isStopped = false
    const keepAsking = async () => {
      while (!isStopped) await ask(`${server.url}/health`, agent)
    }
    const asking = [keepAsking(), keepAsking()].map((client) => client.catch(() => undefined))
    await new Promise((resolve) => setTimeout(resolve, 100))
    const startedAt = performance.now()
    await server.close()
    expect(performance.now() - startedAt).toBeLessThan(CLOSE_WITHIN_MS / 2)
    isStopped = true
    await Promise.all(asking)
    agent.destroy()
  })

  it('serves two at once on IPv6 loopback with brackets in the address', async () => {
    const server = await startServer({ store, port: 0, dataDirectory, host: '::1' })
    expect(server.url).toMatch(/^http:\/\/\[::1\]:\d+$/)
    const answers = await Promise.all([fetch(`${server.url}/version`), fetch(`${server.url}/version`)])
    expect(await Promise.all(answers.map((response) => response.text()))).toEqual(['3.17.2', '3.17.2'])
    await server.close()
  })
})

it('keeps over a restart what was stored in SQLite', async () => {
  const first = await startServer({ port: 0, dataDirectory })
  const created = await fetch(`${first.url}/api/2.0/mlflow/experiments/create`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"name":"kept"}',
  })
  expect(created.status).toBe(200)
  await first.close()
  const second = await startServer({ port: 0, dataDirectory })
  expect((await fetch(`${second.url}/api/2.0/mlflow/experiments/get-by-name?experiment_name=kept`)).status).toBe(200)
  await second.close()
})

it('reads the version from the manifest', async () => {
  const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))
  const server = await startServer({ store: 'memory', port: 0, dataDirectory })
  const info = (await (await fetch(`${server.url}/api/3.0/mlflow/server-info`)).json()) as { clew: { version: string } }
  expect(info).toMatchObject({ store_type: 'SqlStore', workspaces_enabled: false, clew: { version: manifest.version } })
  await server.close()
})

it('rejects when the documents cannot be opened, and gives the data folder back', async () => {
  const file = join(dataDirectory, 'documents.db')
  await writeFile(file, 'no database '.repeat(100))
  await expect(startServer({ port: 0, dataDirectory })).rejects.toThrow('file is not a database')
  await rm(file)
  const server = await startServer({ port: 0, dataDirectory })
  await server.close()
})

function ask(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => response.resume().on('end', resolve)).on('error', reject)
  })
}
