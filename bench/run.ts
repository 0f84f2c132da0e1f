/**
 * `npm run bench`: all benchmarks, or the named ones (`npm run bench -- sdk ingest`). Prints the tables; a run of all
 * writes docs/reference/benchmarks.md. Ratios are what counts: machines differ, and the references ran in the same run.
 */
import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { benchIngest } from './ingest.ts'
import { printReport, type Report, reportMarkdown } from './report.ts'
import { benchSdk } from './sdk.ts'
import { benchSkeleton } from './skeleton.ts'

const benches: Readonly<Record<string, () => Promise<Report>>> = {
  sdk: benchSdk,
  ingest: benchIngest,
  skeleton: benchSkeleton,
}

const names = process.argv.slice(2)
const unknown = names.filter((name) => !Object.hasOwn(benches, name))
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.`)
  process.exit(1)
}

const reports: Report[] = []
for (const [name, bench] of Object.entries(benches)) {
  if (names.length > 0 && !names.includes(name)) continue
  console.error(`bench: ${name} …`)
  const report = await bench()
  printReport(report)
  reports.push(report)
}
if (names.length === 0) {
  const machine = `Node ${process.versions.node}, ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}, ${new Date().toISOString().slice(0, 10)}.`
  const head = `# Benchmarks\n\nWritten by \`npm run bench\`. ${machine} Absolute figures drift from machine to machine; the ratios hold.\n\n`
  writeFileSync(
    new URL('../docs/reference/benchmarks.md', import.meta.url),
    head + reports.map(reportMarkdown).join('\n'),
  )
}
