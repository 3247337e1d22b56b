// The resources of a feed: listed across its calendars, and read in batches.
import { createPauses } from '../base/pauses.ts'
import type { CalendarBackend } from '../calendar/backend.ts'
import type { Collection } from '../calendar/collection.ts'
import type { Resource, ResourceInfo } from '../calendar/resource.ts'

/** Where a resource is. */
export interface Place {
  readonly slug: string
  readonly name: string
}

/** All resources sorted by UID, each UID once: the first listed calendar that has it wins. */
export async function listResources(
  backend: CalendarBackend,
  collections: readonly Collection[],
): Promise<readonly { readonly info: ResourceInfo; readonly slug: string }[]> {
  const byUid = new Map<string, { readonly info: ResourceInfo; readonly slug: string }>()
  for (const { slug } of collections) {
    for (const info of await backend.list(slug)) {
      if (!byUid.has(info.uid)) byUid.set(info.uid, { info, slug })
    }
  }
  return [...byUid.values()].sort(({ info: one }, { info: other }) => (one.uid < other.uid ? -1 : 1))
}

const batchLength = 200

/** The texts of places, in the order that costs least; what vanished meanwhile is left out. */
export async function* readResources(
  backend: CalendarBackend,
  places: readonly Place[],
): AsyncGenerator<{ readonly resource: Resource; readonly slug: string }, undefined, undefined> {
  const pause = createPauses()
  for (const slug of new Set(places.map((place) => place.slug))) {
    const wanted = places.filter((place) => place.slug === slug).map(({ name }) => name)
    const names = await backend.readingOrder(slug, wanted)
    for (let at = 0; at < names.length; at += batchLength) {
      const resources = await backend.read(slug, names.slice(at, at + batchLength))
      for (const resource of resources) {
        yield { resource, slug }
        await pause()
      }
    }
  }
  return undefined
}
