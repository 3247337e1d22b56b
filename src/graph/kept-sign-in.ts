// A person's sign-in as it is kept between two tokens, and whom it belongs to. Where and how it is kept is somebody else's business.
import { GraphdavError } from '../base/errors.ts'
import { isObject } from './json.ts'

/** Somebody who has signed in. */
export interface Person {
  /** The service's own id of person and tenant; never changes. */
  readonly id: string
  /** What the person signs in with, an address in most cases; empty when the service does not say. */
  readonly username: string
}

export interface KeptSignIn {
  readonly person: Person
  /** msal's own text; holds the tokens. */
  readonly cache: string
}

/** The one text that is kept for an account. Only one process works with it at a time. */
export interface SignInFile {
  /** For sentences. */
  readonly path: string
  /** What tells one state of the text from another without reading it; undefined: there is none. */
  stamp(): Promise<string | undefined>
  locked<T>(work: (access: SignInAccess) => Promise<T>): Promise<T>
}

export interface SignInAccess {
  /** Undefined: nobody has signed in. Throws when there is a text that cannot be read. */
  read(): Promise<string | undefined>
  /** Replaces the text; it lasts when this resolves. */
  write(text: string): Promise<void>
}

/** Who is signed in for an account; undefined: nobody. Throws when the kept sign-in cannot be read. */
export function keptPerson(file: SignInFile): Promise<Person | undefined> {
  return file.locked(async (access) => (await readKept(access, file))?.person)
}

/**
 * Keeps a new sign-in in place of the old one. Throws when the old one is somebody else's: the mirror is of that person's
 * mailbox, and everything in it would seem to be gone.
 */
export function keepSignIn(file: SignInFile, signedIn: KeptSignIn): Promise<void> {
  return file.locked(async (access) => {
    const before = await readKept(access, file)
    if (before !== undefined && before.person.id !== signedIn.person.id) {
      throw new GraphdavError(
        'sign-in',
        `this is another person than the one who was signed in before; sign in as that one, or, when the account is to change hands, remove ${file.path} first`,
      )
    }
    await writeKept(access, signedIn)
  })
}

export async function readKept(access: SignInAccess, { path }: SignInFile): Promise<KeptSignIn | undefined> {
  const text = await access.read()
  if (text === undefined) return undefined
  const kept = parse(text)
  if (kept === undefined) {
    throw new GraphdavError('sign-in', `the kept sign-in ${path} is damaged; remove it and sign in again`)
  }
  return kept
}

export function writeKept(access: SignInAccess, kept: KeptSignIn): Promise<void> {
  return access.write(JSON.stringify(kept))
}

function parse(text: string): KeptSignIn | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isObject(value) || !isObject(value['person']) || typeof value['cache'] !== 'string') return undefined
  const { id, username } = value['person']
  if (typeof id !== 'string' || typeof username !== 'string') return undefined
  return { person: { id, username }, cache: value['cache'] }
}
