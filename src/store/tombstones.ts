// How long deletions are remembered.
import { tombstoneRetentionMs, type Tombstone } from './store.ts'

/** Tombstones without those whose time is over (one per name, the newest), and the lowest revision that can still be told from. */
export function sortTombstones(
  tombstones: readonly Tombstone[],
  now: number,
): { readonly kept: readonly Tombstone[]; readonly floor: number } {
  const newest = new Map<string, Tombstone>()
  let floor = 0
  for (const tombstone of tombstones) {
    if (tombstone.at < now - tombstoneRetentionMs) floor = Math.max(floor, tombstone.revision)
    else if ((newest.get(tombstone.name)?.revision ?? -1) < tombstone.revision) newest.set(tombstone.name, tombstone)
  }
  return { kept: [...newest.values()], floor }
}
