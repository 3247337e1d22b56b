// Properties that a user set by PROPPATCH: colours, order, alarms, and whatever else a client wants remembered
// (RFC 4918 §4: dead properties). Per user and local; Graph never hears of them.

/** One stored property: the whole property element as XML that declares the namespaces it uses. */
export interface StoredProperty {
  readonly namespace: string
  readonly local: string
  readonly xml: string
}

/**
 * The store behind PROPPATCH. A path is canonical and below the user's home: `''` is the home itself, `'work/'` a
 * collection, `'work/NAME.ics'` a resource, `'principal/'` the principal.
 */
export interface UserProperties {
  /** All that is stored for a user, by path; empty when nothing is. */
  read(user: string): Promise<ReadonlyMap<string, readonly StoredProperty[]>>
  /** Replaces what is stored for one path; an empty list forgets the path. Durable when it resolves. */
  write(user: string, path: string, properties: readonly StoredProperty[]): Promise<void>
}

/** Properties in memory: for tests, and where nothing shall be kept. */
export function memoryUserProperties(): UserProperties {
  const users = new Map<string, Map<string, readonly StoredProperty[]>>()
  return {
    read: (user) => Promise.resolve(users.get(user) ?? new Map()),
    write: (user, path, properties) => {
      const stored = new Map(users.get(user))
      if (properties.length === 0) stored.delete(path)
      else stored.set(path, properties)
      users.set(user, stored)
      return Promise.resolve()
    },
  }
}
