import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ReaderMethods } from '../read/reader.ts'
import { temporaryDirectory } from '../testing/temporary-directory.ts'
import { WorkerClient } from './worker-client.ts'

test('a thread that cannot start is never ready, refuses calls that wait and that come, and closes', async () => {
  const data = { file: join(temporaryDirectory(), 'absent', 'clew.db') }
  const client = new WorkerClient<ReaderMethods>(
    'reader-thread',
    new URL('..', import.meta.url).href.concat('index.ts'),
    {
      data,
      bounds: { maxCalls: 10, maxBytes: 10 },
    },
  )
  const waiting = client.call('experimentStatistics')
  await expect(client.ready).rejects.toThrow('A store thread stopped')
  await expect(waiting).rejects.toThrow('A store thread stopped')
  await expect(client.call('experimentStatistics')).rejects.toThrow('A store thread stopped')
  expect(client.underWay).toBe(0)
  await client.close()
})
