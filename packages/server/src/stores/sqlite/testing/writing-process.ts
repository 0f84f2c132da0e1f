import { writeSync } from 'node:fs'
import { writeUntilKilled } from '@clew/kit'
import { openSqliteStore } from '../index.ts'

/** A program to be killed: `writing-process.ts <folder> <number of the first batch>`. */
const [directory = '', from = '0'] = process.argv.slice(2)
const store = await openSqliteStore(directory)
await writeUntilKilled(store, Number(from), (line) => writeSync(1, `${line}\n`))
