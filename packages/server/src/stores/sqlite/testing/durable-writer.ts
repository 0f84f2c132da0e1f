import { writeSync } from 'node:fs'
import { writeUntilKilled } from '@clew/kit'
import { openSqliteStore } from '../index.ts'

/** A program to be killed by `proveDurability`. Usage: `durable-writer.ts <folder> <first>`. */
const [directory = '', first = '0'] = process.argv.slice(2)
const store = await openSqliteStore(directory)
await writeUntilKilled(store, Number(first), (line) => writeSync(1, `${line}\n`))
