import { proveStore } from '@clew/kit'
import { MemoryStore } from './memory.ts'

const open = async () => new MemoryStore()

proveStore({ name: 'MemoryStore', open, reference: open, persistent: false, deviations: [] })
