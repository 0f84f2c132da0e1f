import type { Integration } from '@clew/tracing/instrument'
import { afterAll, beforeAll, describe, it } from 'vitest'
import type { Check } from './check.ts'
import { readFixtures } from './fixture.ts'
import { hostChecks } from './host-checks.ts'
import { resultChecks } from './result-checks.ts'
import { type ProofOptions, Stage } from './stage.ts'
import { streamChecks } from './stream-checks.ts'

export type { Check } from './check.ts'
export type { LibraryCopy, ProofOptions } from './stage.ts'
export { Stage } from './stage.ts'

/**
 * Registers a vitest suite that proves an integration: real copies of the library, talking HTTP to a server that replays
 * recordings, traced through the real SDK into a collector.
 *
 * Every fixture of the folder is a case: `<case>.json` has the request and the replies, `<case>.chunks.jsonl` the events
 * of a streamed reply, `<case>.spans.json` the spans that must come out. Run once with `CLEW_UPDATE_GOLDEN=1` to have the
 * latter written; then read them.
 */
export function proveIntegration(integration: Integration, options: ProofOptions): void {
  for (const copy of options.copies) {
    describe(`${integration.table.name}, ${copy.name}`, () => {
      let stage: Stage
      beforeAll(async () => {
        stage = await Stage.open(integration, options, copy)
      })
      afterAll(() => stage?.close())
      for (const check of integrationChecks(options)) it(check.name, () => runCheck(check, stage))
    })
  }
}

/** Runs one check on a stage where nothing is left of the one before. */
export async function runCheck(check: Check, stage: Stage): Promise<void> {
  await stage.sweepAndTakeSpans()
  await check.run(stage)
}

/** The checks themselves, for whoever wants to see one fail. */
export function integrationChecks(options: ProofOptions): Check[] {
  return [...resultChecks(readFixtures(options.fixtures)), ...streamChecks, ...hostChecks]
}
