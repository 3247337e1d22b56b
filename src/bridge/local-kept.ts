// What only this server keeps of the events of a calendar (alarms that were seen, people whom a client mails itself): one
// document per calendar, read once and then known.
import { UnavailableError } from '../base/errors.ts'
import type { Store } from '../store/store.ts'
import type { LocalKept } from '../sync/write-context.ts'

export async function storedLocalKept(store: Store, slug: string): Promise<LocalKept> {
  const document = await store.readDocument('kept', slug)
  let version = document?.version ?? 0
  let byUid = new Map<string, string>(isRecord(document?.value) ? Object.entries(document.value) : [])
  let tail: Promise<unknown> = Promise.resolve()
  const write = async (uid: string, values: string | null): Promise<void> => {
    if ((byUid.get(uid) ?? null) === values) return
    const next = new Map(byUid)
    if (values === null) next.delete(uid)
    else next.set(uid, values)
    const put = (expected: number): Promise<number | 'stale'> =>
      store.writeDocument('kept', slug, expected, Object.fromEntries(next))
    let written = await put(version)
    // A write that failed may be there all the same, and nobody else writes here.
    if (written === 'stale') written = await put((await store.readDocument('kept', slug))?.version ?? 0)
    if (written === 'stale') throw new UnavailableError('another process writes what is kept of this calendar', 30)
    version = written
    byUid = next
  }
  return {
    get: (uid) => byUid.get(uid) ?? null,
    set: (uid, values) => {
      const run = tail.then(
        () => write(uid, values),
        () => write(uid, values),
      )
      tail = run
      return run
    },
  }
}

// What `write` has given to the store.
function isRecord(value: unknown): value is Readonly<Record<string, string>> {
  return typeof value === 'object' && value !== null && Object.values(value).every((text) => typeof text === 'string')
}
