// The sign-in of one account on disk, `data/tokens/ACCOUNT.json`: one text, which holds secrets. It is replaced as a whole, has a
// lock of its own (`login` writes beside a running `serve`), and is encrypted when there is a secret for it.
import { join } from 'node:path'
import { GraphdavError } from '../base/errors.ts'
import { ioNamed } from './file-database.ts'
import { replaceFile, systemFiles, type FileSystem } from './file-system.ts'
import { lockFile } from './lock.ts'
import { createSealer, type Sealed, type Sealer } from './seal.ts'

/** What one may do with the file while nobody else touches it. */
export interface TokenFileAccess {
  /** The text; undefined: there is none. Throws with code `sign-in` when it cannot be read with this secret, or not at all. */
  read(): Promise<string | undefined>
  /** Replaces the text, which lasts when this resolves. */
  write(text: string): Promise<void>
}

export interface TokenFileOptions {
  /** The data folder, absolute. */
  readonly folder: string
  readonly account: string
  /** Encrypts what is written; undefined: it is kept in the clear, for its user only. */
  readonly secret: string | undefined
  readonly files?: FileSystem
}

const currentFormat = 1

export class TokenFile {
  readonly path: string
  readonly #folder: string
  readonly #account: string
  readonly #sealer: Sealer | undefined
  readonly #files: FileSystem

  constructor({ folder, account, secret, files = systemFiles }: TokenFileOptions) {
    this.#folder = join(folder, 'tokens')
    this.path = join(this.#folder, `${account}.json`)
    this.#account = account
    this.#sealer = secret === undefined ? undefined : createSealer(secret)
    this.#files = files
  }

  /** What tells one state of the file from another without reading it; undefined: it is not there. */
  stamp(): Promise<string | undefined> {
    return ioNamed(this.path, () => this.#files.stamp(this.path))
  }

  /** Works with the file while no other process does. Throws with code `unavailable` when another one does not let go of it. */
  async locked<T>(work: (access: TokenFileAccess) => Promise<T>): Promise<T> {
    await ioNamed(this.path, () => this.#files.makeFolder(this.#folder))
    return lockFile(this.path, (lost) =>
      work({
        read: () => this.#read(lost),
        write: (text) => this.#write(text, lost),
      }),
    )
  }

  async #read(lost: AbortSignal): Promise<string | undefined> {
    const text = await ioNamed(this.path, () => this.#files.read(this.path))
    if (text === undefined) return undefined
    const kept = parse(text)
    if (kept === 'damaged') throw this.#unreadable('is damaged; remove it')
    if (kept === 'newer') {
      throw new GraphdavError('store-format', `${this.path} was written by a newer graphdav; use that version`)
    }
    if ('sealed' in kept) return this.#open(kept.sealed)
    // The secret was set later: nothing stays in the clear.
    if (this.#sealer !== undefined) await this.#write(kept.text, lost)
    return kept.text
  }

  async #open(sealed: Sealed): Promise<string> {
    if (this.#sealer === undefined) {
      throw this.#unreadable('is encrypted and GRAPHDAV_SECRET is not set; set it, or remove the file')
    }
    const text = await this.#sealer.open(sealed, this.#context())
    if (text !== undefined) return text
    throw this.#unreadable('was encrypted with another GRAPHDAV_SECRET; set that one, or remove the file')
  }

  async #write(text: string, lost: AbortSignal): Promise<void> {
    lost.throwIfAborted()
    const kept =
      this.#sealer === undefined
        ? { format: currentFormat, text }
        : { format: currentFormat, sealed: await this.#sealer.seal(text, this.#context()) }
    await ioNamed(this.path, () => replaceFile(this.#files, this.path, `${JSON.stringify(kept)}\n`))
  }

  #context(): string {
    return `graphdav sign-in of ${this.#account}`
  }

  #unreadable(what: string): GraphdavError {
    return new GraphdavError('sign-in', `the kept sign-in ${this.path} ${what} and sign in again`)
  }
}

type Kept = { readonly text: string } | { readonly sealed: Sealed }

function parse(text: string): Kept | 'damaged' | 'newer' {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'damaged'
  }
  if (typeof value !== 'object' || value === null || !('format' in value)) return 'damaged'
  if (typeof value.format === 'number' && value.format > currentFormat) return 'newer'
  if (value.format !== currentFormat) return 'damaged'
  if ('text' in value && typeof value.text === 'string') return { text: value.text }
  return 'sealed' in value && isSealed(value.sealed) ? { sealed: value.sealed } : 'damaged'
}

function isSealed(value: unknown): value is Sealed {
  if (typeof value !== 'object' || value === null) return false
  const texts = ['salt', 'nonce', 'tag', 'data'].map((key): unknown => Reflect.get(value, key))
  return (
    Reflect.get(value, 'kdf') === 'scrypt' &&
    Number.isInteger(Reflect.get(value, 'logN')) &&
    texts.every((text) => typeof text === 'string')
  )
}
