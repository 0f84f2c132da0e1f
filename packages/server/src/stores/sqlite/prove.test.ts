import { proveStore } from '@clew/kit'
import { MemoryStore } from '../memory.ts'
import { openSqliteStore } from './index.ts'

proveStore({
  name: 'sqlite',
  open: (directory) => openSqliteStore(directory),
  persistent: true,
  deviations: [],
  reference: async () => new MemoryStore(),
})
