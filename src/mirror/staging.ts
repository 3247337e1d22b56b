// What a new chain of a calendar has collected, beside what is published.
import type { Store } from '../store/store.ts'

/** Survives a kill. One writer. */
export interface Staging {
  /** All records in the order of their adding; empty when there are none. */
  read(): Promise<readonly unknown[]>
  /** Kept when it resolves. */
  append(record: unknown): Promise<void>
  clear(): Promise<void>
}

export function stagingOf(store: Store, slug: string): Staging {
  return {
    read: async () => {
      const records: unknown[] = []
      for await (const record of store.staged(slug)) records.push(record)
      return records
    },
    append: (record) => store.stage(slug, record),
    clear: () => store.dropStaged(slug),
  }
}
