import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assessmentCases } from './assessment-cases.ts'
import type { StoreSection } from './case.ts'
import { closingCases } from './closing-cases.ts'
import { deletionCases } from './deletion-cases.ts'
import { experimentCases } from './experiment-cases.ts'
import { headlineCases } from './headline-cases.ts'
import { infoCases } from './info-cases.ts'
import { metricCases } from './metric-cases.ts'
import { orderCases } from './order-cases.ts'
import { promiseCases } from './promise-cases.ts'
import { compareStores } from './random-case.ts'
import { reopenCases } from './reopen-cases.ts'
import { searchCases } from './search-cases.ts'
import { spanCases } from './span-cases.ts'
import { type OpenStore, Stage } from './stage.ts'
import { tagCases } from './tag-cases.ts'

export { type DurabilityProof, proveDurability, writeUntilKilled } from './durability.ts'
export type { OpenStore } from './stage.ts'

export interface StoreProof {
  /** What the suite is called. */
  readonly name: string
  /** Opens the store on a directory that is empty, or holds what it left there. */
  readonly open: OpenStore
  /** Whether what was stored is there again after closing and opening. */
  readonly persistent: boolean
  /** Cases the store is known to fail, by their full captions (`section > case`). Each is shown with its reason. */
  readonly deviations: readonly StoreDeviation[]
  /** Opens the store to compare with under random operations: the memory store. */
  readonly reference: OpenStore
  /** How many random sequences; more find more. */
  readonly randomRuns?: number
}

export interface StoreDeviation {
  readonly test: string
  readonly reason: string
}

const SHARED: readonly StoreSection[] = [
  spanCases,
  infoCases,
  headlineCases,
  tagCases,
  searchCases,
  orderCases,
  experimentCases,
  assessmentCases,
  metricCases,
  deletionCases,
  promiseCases,
]
const DEFAULT_RANDOM_RUNS = 30
const SLOW_MS = 120_000

/**
 * Registers a suite that holds a store to every sentence of {@link TraceStore}. The cases of a section share a store and
 * leave it as a busy one is: full of others' traces.
 */
export function proveStore(proof: StoreProof): void {
  const deviations = new Map(proof.deviations.map((deviation) => [deviation.test, deviation.reason]))
  describe(`${proof.name} keeps the contract of a store`, () => {
    for (const section of SHARED) proveSection(proof, section, deviations)
    if (proof.persistent) proveSection(proof, reopenCases, deviations)
    proveClosing(proof, deviations)
    proveAlike(proof)
    test('deviates only where a case says so', () => {
      const captions = [...SHARED, reopenCases, closingCases].flatMap((section) =>
        section.cases.map(([caption]) => captionOf(section, caption)),
      )
      expect([...deviations.keys()].filter((caption) => !captions.includes(caption))).toEqual([])
    })
  })
}

function proveSection(proof: StoreProof, section: StoreSection, deviations: ReadonlyMap<string, string>): void {
  describe(section.title, () => {
    let stage: Stage
    beforeAll(async () => {
      stage = await Stage.make(proof.open)
    })
    afterAll(async () => {
      await stage.dispose()
    })
    for (const [caption, show] of section.cases) {
      const reason = deviations.get(captionOf(section, caption))
      if (reason === undefined) test(caption, { timeout: SLOW_MS }, () => show(stage))
      else test.skip(`${caption} (deviates: ${reason})`, () => {})
    }
  })
}

/** Each of these needs a store that nobody needs afterwards. */
function proveClosing(proof: StoreProof, deviations: ReadonlyMap<string, string>): void {
  describe(closingCases.title, () => {
    for (const [caption, show] of closingCases.cases) {
      const reason = deviations.get(captionOf(closingCases, caption))
      test.skipIf(reason !== undefined)(
        reason === undefined ? caption : `${caption} (deviates: ${reason})`,
        { timeout: SLOW_MS },
        async () => {
          const stage = await Stage.make(proof.open)
          await show(stage).finally(() => stage.dispose())
        },
      )
    }
  })
}

function proveAlike(proof: StoreProof): void {
  test('answers random operations as the reference does', { timeout: SLOW_MS }, async () => {
    const [reference, stage] = [await Stage.make(proof.reference), await Stage.make(proof.open)]
    try {
      await compareStores(reference, stage, proof.randomRuns ?? DEFAULT_RANDOM_RUNS)
    } finally {
      await reference.dispose()
      await stage.dispose()
    }
  })
}

function captionOf(section: StoreSection, caption: string): string {
  return `${section.title} > ${caption}`
}
