// What users set by PROPPATCH, kept in the store: one document per user.
import { UnavailableError } from '../base/errors.ts'
import type { StoredProperty, UserProperties } from '../caldav/user-properties.ts'
import type { Store } from '../store/store.ts'

/** The document of a user. */
interface Kept {
  readonly properties: Readonly<Record<string, readonly StoredProperty[]>>
}

const attempts = 5

/** User properties in the data folder. */
export function storedUserProperties(store: Store): UserProperties {
  return {
    read: async (user) => new Map(Object.entries((await keptOf(store, user)).value.properties)),
    write: async (user, path, properties) => {
      for (let attempt = 0; attempt < attempts; attempt += 1) {
        const { version, value } = await keptOf(store, user)
        const { [path]: _, ...others } = value.properties
        const next: Kept = {
          ...value,
          properties: properties.length === 0 ? others : { ...others, [path]: properties },
        }
        if ((await store.writeDocument('users', user, version, next)) !== 'stale') return
      }
      throw new UnavailableError('the properties are being changed by somebody else', 1)
    },
  }
}

/** Forgets what a user has set on a calendar that is gone, and on what was in it. */
export async function forgetProperties(store: Store, user: string, slug: string): Promise<void> {
  const properties = storedUserProperties(store)
  for (const path of (await properties.read(user)).keys()) {
    if (path.startsWith(`${slug}/`)) await properties.write(user, path, [])
  }
}

async function keptOf(store: Store, user: string): Promise<{ readonly version: number; readonly value: Kept }> {
  const document = await store.readDocument('users', user)
  if (document === undefined) return { version: 0, value: { properties: {} } }
  const value = document.value as Partial<Kept> // what `write` has given to the store
  return { version: document.version, value: { ...value, properties: value.properties ?? {} } }
}
