/**
 * Records what the stories read back from a stock MLflow server; the interop suite compares with these files.
 *
 *     mlflow server --backend-store-uri sqlite:///mlflow.db --artifacts-destination ./artifacts --workers 1 --port 5101
 *     node e2e/interop/record.ts http://127.0.0.1:5101 [story …]
 *
 * With no story named, all are recorded.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pythonEnvironment } from './python.ts'
import { type Readback, recordReadback, runStory } from './story.ts'

/** The stock server may lose a trace info that races its own spans; the client then says this. */
const lostARace = 'no longer exists'
const attempts = 12

const [url, ...named] = process.argv.slice(2)
if (url === undefined) throw new Error('Name the address of a stock MLflow server: record.ts http://127.0.0.1:5101')
const environment = await pythonEnvironment()
if ('missing' in environment) throw new Error(environment.missing)

for (const story of named.length > 0 ? named : allStories()) {
  recordReadback(story, await readWithoutRace(environment.python, story, url))
  console.log(`${story}: recorded`)
}
spawnSync('biome', ['format', '--write', fileURLToPath(new URL('readback/', import.meta.url))], { stdio: 'inherit' })

function allStories(): string[] {
  const others = new Set(['recorder', 'round_trip'])
  return readdirSync(new URL('programs/', import.meta.url))
    .filter((file) => file.endsWith('.py'))
    .map((file) => file.slice(0, -'.py'.length))
    .filter((name) => !others.has(name))
}

async function readWithoutRace(python: string, story: string, server: string): Promise<Readback> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const { readback, said } = await runStory(python, story, server)
    if (!said.includes(lostARace)) return readback
  }
  throw new Error(`${story}: the stock server lost a trace info in each of ${attempts} runs.`)
}
