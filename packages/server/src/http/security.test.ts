import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { security } from './security.ts'

const app = new Hono()
app.use(security({ allowedHosts: ['clew.example'] }))
app.all('*', (context) => context.text('through'))

describe('the host check', () => {
  it.each([
    'localhost:5000',
    '127.0.0.1:5000',
    '[::1]:5000',
    '[::1]',
    '[fd00::7]:5000',
    'LOCALHOST',
    'app.localhost',
    '10.1.2.3',
    '192.168.0.7:80',
    '172.16.0.1',
    '172.31.9.9',
    'clew.example:5000',
    'Clew.Example',
  ])('lets %s through', async (host) => {
    expect((await ask({ host })).status).toBe(200)
  })

  it.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '172.32.0.1',
    '11.0.0.1',
    '192.168.0.7.evil.example',
    'evil.example:5000',
    '[2001:db8::1]:5000',
    '[::1].evil.example',
  ])('refuses %s, a name that may have been rebound to this machine', async (host) => {
    const response = await ask({ host })
    expect(response.status).toBe(403)
    const text = await response.text()
    expect(text).toMatch(/^Invalid Host header - possible DNS rebinding attack detected/)
    expect(text).toContain('--allowed-hosts')
  })

  it.each(['/health', '/version'])('leaves %s out', async (path) => {
    expect((await ask({ host: 'evil.example', path })).status).toBe(200)
  })
})

describe('the origin check', () => {
  const changes = ['POST', 'PUT', 'PATCH', 'DELETE']

  it.each(changes)('refuses a %s from a foreign page, on every path', async (method) => {
    for (const path of ['/api/3.0/mlflow/traces', '/ajax-api/x', '/v1/traces', '/graphql']) {
      const response = await ask({ method, path, origin: 'https://evil.example' })
      expect(response.status).toBe(403)
      expect(await response.text()).toBe('Cross-origin request blocked')
    }
  })

  it.each([
    'null',
    'http://',
    'localhost',
    'http://localhost.evil.example',
  ])('refuses a POST whose origin is %j', async (origin) => {
    expect((await ask({ method: 'POST', origin })).status).toBe(403)
  })

  it.each([
    'http://localhost:3000',
    'http://127.0.0.1:5000',
    'http://[::1]:8080',
    'https://clew.example',
  ])('takes a POST from %s and lets its page read the answer', async (origin) => {
    const response = await ask({ method: 'POST', origin })
    expect(response.status).toBe(200)
    expect(response.headers.get('access-control-allow-origin')).toBe(origin)
  })

  it('takes a POST from the page it served itself', async () => {
    expect((await ask({ method: 'POST', host: '10.0.0.5:5000', origin: 'http://10.0.0.5:5000' })).status).toBe(200)
    expect((await ask({ method: 'POST', host: '10.0.0.5:5000', origin: 'http://10.0.0.5:9999' })).status).toBe(403)
  })

  it('takes a POST of a program, which has no origin', async () => {
    expect((await ask({ method: 'POST' })).status).toBe(200)
  })

  it('answers a GET from a foreign page without letting the page read it', async () => {
    const response = await ask({ origin: 'https://evil.example' })
    expect(response.status).toBe(200)
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('answers the preflight of a trusted page only', async () => {
    const trusted = await ask({ method: 'OPTIONS', origin: 'http://localhost:3000' })
    expect(trusted.headers.get('access-control-allow-methods')).toContain('PATCH')
    const foreign = await ask({ method: 'OPTIONS', origin: 'https://evil.example' })
    expect(foreign.headers.get('access-control-allow-methods')).toBeNull()
  })
})

it('tells browsers not to guess types and not to show it in foreign frames', async () => {
  const { headers } = await ask({})
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('x-frame-options')).toBe('SAMEORIGIN')
})

function ask({ host = 'localhost:5000', path = '/x', method = 'GET', origin = '' }): Promise<Response> {
  const headers = { host, ...(origin !== '' && { origin }) }
  return Promise.resolve(app.request(`http://server${path}`, { method, headers }))
}
