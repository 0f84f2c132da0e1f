import { writeSync } from 'node:fs'
import { openSqliteStore } from '../index.ts'
import { numberedBatch } from './spans.ts'

/**
 * A program to be killed: writes numbered batches from `first` on, eight at a time, and prints the number of each one
 * that was acknowledged. Usage: `writing-process.ts <folder> <first>`.
 */
const [directory = '', first = '0'] = process.argv.slice(2)
const store = await openSqliteStore(directory)
let next = Number(first)
writeSync(1, 'open\n')
await Promise.all(Array.from({ length: 8 }, writeForever))

async function writeForever(): Promise<never> {
  for (;;) {
    const n = next++
    await store.writeSpans(numberedBatch(n))
    writeSync(1, `${n}\n`)
  }
}
