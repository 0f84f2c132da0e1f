import type { Stage } from './stage.ts'

/** One thing an integration must keep to. Throws if it does not. */
export interface Check {
  readonly name: string
  run(stage: Stage): Promise<void>
}
