// Resources with their texts: from memory where they were asked for lately, else from the store. A calendar program asks for
// the same days again and again, and the store reads some 64 series where one is wanted.
import { ContentCache } from '../store/content-cache.ts'
import { inShardOrder } from '../store/shards.ts'
import type { Catalogue } from './catalogue.ts'
import type { Resource } from '../calendar/resource.ts'
import type { StoredRecord, StoredResource } from '../store/store.ts'

/** Texts by ETag, which is their hash: what is found here is right, whatever has changed. */
export type RecentTexts = ContentCache<string>

const charactersOfTexts = 4 * 1024 * 1024

/** An empty memory. */
export function recentTexts(): RecentTexts {
  return new ContentCache(charactersOfTexts)
}

/** The named resources in the order asked; names that are not there are left out. */
export async function readTexts(
  names: readonly string[],
  { catalogue, texts }: { readonly catalogue: Catalogue; readonly texts: RecentTexts },
  readRecords: (uids: readonly string[]) => Promise<ReadonlyMap<string, StoredRecord>>,
): Promise<readonly Resource[]> {
  const resources = new Map<string, Resource>()
  const add = (uid: string, { name, etag, size, lastModified }: StoredResource, text: string): void => {
    resources.set(name, { name, uid, etag, size, lastModified, text })
  }
  const unread: string[] = []
  for (const uid of names.flatMap((name) => catalogue.uidOfName(name) ?? [])) {
    const resource = catalogue.entries.get(uid)?.resource
    const text = resource ? texts.get(resource.etag) : undefined
    if (resource && text !== undefined) add(uid, resource, text)
    else unread.push(uid)
  }
  const records = unread.length === 0 ? [] : (await readRecords(unread)).values()
  for (const { entry, text } of records) {
    if (entry.resource === null || text === null) continue
    texts.set(entry.resource.etag, text, text.length)
    add(entry.uid, entry.resource, text)
  }
  return names.flatMap((name) => resources.get(name) ?? [])
}

/** The names that are there, those whose texts lie together in the store as neighbours. */
export function readingOrder(names: readonly string[], catalogue: Catalogue): readonly string[] {
  const byUid = new Map(names.map((name) => [catalogue.uidOfName(name) ?? '', name]))
  byUid.delete('')
  return inShardOrder([...byUid.keys()]).flatMap((uid) => byUid.get(uid) ?? [])
}
