import type { Sql } from '../sql.ts'
import type { WriteMemory } from '../thread/group-commit.ts'
import { AttributeKeys } from './attribute-keys.ts'
import { Digests } from './digests.ts'

/** All that the writer remembers of the file between writes, and unlearns when a write is undone. */
export class WriterMemory implements WriteMemory {
  readonly digests: Digests
  readonly attributeKeys: AttributeKeys

  constructor(sql: Sql) {
    this.digests = new Digests(sql)
    this.attributeKeys = new AttributeKeys(sql)
  }

  /** What the last write did is in the transaction for good. */
  confirm(): void {
    this.digests.confirm()
  }

  /** What the last write did was undone. */
  undo(): void {
    this.digests.undo()
    this.attributeKeys.clear()
  }

  /** The whole transaction was undone. */
  clear(): void {
    this.digests.clear()
    this.attributeKeys.clear()
  }
}
