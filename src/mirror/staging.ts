// What a new chain of a calendar has collected, beside what is published.
import { Queue } from '../base/queue.ts'
import type { Store } from '../store/store.ts'

/** Survives a kill. What is asked for is done one after the other. */
export interface Staging {
  /** All records in the order of their adding; empty when there are none. */
  read(): Promise<readonly unknown[]>
  /** Whether there are any. */
  isBegun(): Promise<boolean>
  /** Kept when it resolves. */
  append(record: unknown): Promise<void>
  clear(): Promise<void>
}

export function stagingOf(store: Store, slug: string): Staging {
  const queue = new Queue()
  return {
    read: () =>
      queue.run(async () => {
        const records: unknown[] = []
        for await (const record of store.staged(slug)) records.push(record)
        return records
      }),
    isBegun: () =>
      queue.run(async () => {
        for await (const _ of store.staged(slug)) return true
        return false
      }),
    append: (record) => queue.run(() => store.stage(slug, record)),
    clear: () => queue.run(() => store.dropStaged(slug)),
  }
}
