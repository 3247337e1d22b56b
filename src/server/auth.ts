// Basic authentication (RFC 7617, realm `graphdav`).

/** What is known of one user. */
export interface UserRecord {
  /** `scrypt$…` or a plain password. */
  readonly passwordHash: string
}

/** The users by name. */
export type UserDirectory = ReadonlyMap<string, UserRecord>
