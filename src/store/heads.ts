// How a head follows from the one before and a commit: the same for every store.
import { isDeepStrictEqual } from 'node:util'
import type { Beginning, Commit, Head } from './store.ts'

/** The head of an empty store. */
export function newHead({ epoch, renderer, binding }: Beginning): Head {
  const progress = { cursor: null, lastInStep: null }
  return { epoch, generation: 0, revision: 0, floor: 0, renderer, binding, notes: null, progress }
}

/** The head after a commit; `floor` is what forgetting tombstones made of it. */
export function nextHead(head: Head, commit: Commit, floor: number): Head {
  const next: Head = {
    epoch: head.epoch,
    generation: head.generation,
    revision: Math.max(head.revision, commit.revision ?? 0),
    floor: Math.max(head.floor, floor),
    renderer: commit.renderer ?? head.renderer,
    binding: commit.binding === undefined ? head.binding : commit.binding,
    notes: commit.notes === undefined ? head.notes : commit.notes,
    progress: commit.progress ?? head.progress,
  }
  return movesOnlyProgress(head, commit) ? next : { ...next, generation: head.generation + 1 }
}

/** True when a commit changes nothing but the progress, and so needs no new generation. */
export function movesOnlyProgress(head: Head, commit: Commit): boolean {
  const isSame = (before: unknown, after: unknown): boolean => after === undefined || isDeepStrictEqual(before, after)
  return (
    !commit.upserts?.length &&
    !commit.removals?.length &&
    !commit.tombstones?.length &&
    (commit.revision ?? 0) <= head.revision &&
    isSame(head.renderer, commit.renderer) &&
    isSame(head.binding, commit.binding) &&
    isSame(head.notes, commit.notes)
  )
}
