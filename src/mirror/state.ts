// A mirror's state from what its store's head holds, and the beginning of a store.
import { randomHex } from '../base/hash.ts'
import { emptyNotes, type Notes } from './notes.ts'
import { printSyncToken } from './sync-token.ts'
import type { Cursor, MirrorOptions, MirrorState } from './application.ts'
import type { Binding } from './binding.ts'
import type { Head } from '../store/store.ts'

/** What binding, cursor and notes are was given to the store by the mirror, which the store gives back unchanged. */
export function stateOf({ epoch, revision, progress, binding, notes }: Head): MirrorState {
  const cursor = progress.cursor as Cursor | null
  return {
    epoch,
    revision,
    syncToken: printSyncToken(epoch, revision),
    binding: binding as Binding | null,
    window: cursor?.window ?? null,
    cursor,
    lastInStep: progress.lastInStep ?? undefined,
    isReady: progress.lastInStep !== null,
    notes: (notes as Notes | null) ?? emptyNotes,
  }
}

/** An empty store with a new epoch; undefined when somebody else was first. */
export async function begin(
  { store, slug, rendererVersion }: MirrorOptions,
  { fence, replaces, binding }: { fence: number; replaces: string | null; binding: Binding | null },
): Promise<Head | undefined> {
  const epoch = randomHex(12)
  const result = await store.begin(slug, { fence, replaces, epoch, renderer: rendererVersion, binding })
  return result.kind === 'committed' ? result.head : undefined
}
