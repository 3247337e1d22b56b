// Between a mirror and its store: the state from what the head holds, the commit of a change, the beginning.
import { randomHex } from '../base/hash.ts'
import { emptyNotes, type Notes } from './notes.ts'
import { printSyncToken } from './sync-token.ts'
import type { Application, Cursor, MirrorOptions, MirrorState } from './application.ts'
import type { Outcome } from './apply.ts'
import type { Binding } from './binding.ts'
import type { Commit, Head } from '../store/store.ts'

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

/** The commit of an outcome, together with what the rounds want to be kept with it. */
export function commitOf(parts: {
  readonly outcome: Outcome
  readonly application: Application
  readonly head: Head
  readonly fence: number
}): Commit {
  const { outcome, application, head, fence } = parts
  const { cursor = head.progress.cursor, inStepAt = head.progress.lastInStep, notes } = application
  return {
    expectedGeneration: head.generation,
    fence,
    upserts: outcome.upserts,
    removals: outcome.removals,
    tombstones: outcome.tombstones,
    revision: outcome.revision,
    notes,
    progress: { cursor, lastInStep: inStepAt },
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
