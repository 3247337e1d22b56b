// Keyed documents, one file each: users' own data and the plan journal. Small, independent, replaced as a whole.
import { join } from 'node:path'
import { sha256Hex } from '../base/hash.ts'
import { ioNamed, readValue, writeValue } from './file-database.ts'
import type { FileSystem } from './file-system.ts'
import type { DocumentKind, StoredDocument } from './store.ts'

interface FileDocument extends StoredDocument {
  readonly key: string
}

const documentKinds: readonly DocumentKind[] = ['users', 'journal', 'kept']

/** The caller lets one write of a key wait for the other. */
export class DocumentFiles {
  readonly #folder: string
  readonly #files: FileSystem
  /** What users have set is asked for with every request, and the folder's lock keeps other writers out. */
  readonly #users = new Map<string, Promise<StoredDocument | undefined>>()

  constructor(folder: string, files: FileSystem) {
    this.#folder = folder
    this.#files = files
  }

  /** Makes what another process has written, before it died, last. */
  async settle(): Promise<void> {
    for (const kind of documentKinds) {
      const folder = join(this.#folder, kind)
      if ((await this.#files.stamp(folder)) === undefined) continue
      await ioNamed(folder, () => this.#files.flushFolder(folder))
      for (const name of await this.#files.list(folder)) {
        if (name.endsWith('.new')) await ioNamed(folder, () => this.#files.remove(join(folder, name)))
      }
    }
  }

  read(kind: DocumentKind, key: string): Promise<StoredDocument | undefined> {
    if (kind !== 'users') return this.#readFile(kind, key)
    const known = this.#users.get(key)
    if (known !== undefined) return known
    const reading = this.#readFile(kind, key)
    this.#users.set(key, reading)
    reading.catch(() => {
      if (this.#users.get(key) === reading) this.#users.delete(key)
    })
    return reading
  }

  async #readFile(kind: DocumentKind, key: string): Promise<StoredDocument | undefined> {
    const found = await readValue<FileDocument>(this.#files, this.#path(kind, key))
    return found && { version: found.version, value: found.value }
  }

  async write(kind: DocumentKind, key: string, expectedVersion: number, value: unknown): Promise<number | 'stale'> {
    const version = (await this.read(kind, key))?.version ?? 0
    if (version !== expectedVersion) return 'stale'
    const document: FileDocument = { key, version: version + 1, value }
    await ioNamed(this.#path(kind, key), async () => {
      await this.#files.makeFolder(join(this.#folder, kind))
      if (version === 0) await this.#files.flushFolder(this.#folder)
    })
    try {
      await writeValue(this.#files, this.#path(kind, key), document, 'replace')
    } finally {
      // Also where it failed: the file may be the old one or the new one.
      this.#users.delete(key)
    }
    return version + 1
  }

  async remove(kind: DocumentKind, key: string, expectedVersion: number): Promise<boolean> {
    const found = await this.read(kind, key)
    if (found === undefined || found.version !== expectedVersion) return false
    await ioNamed(this.#path(kind, key), async () => {
      await this.#files.remove(this.#path(kind, key))
      await this.#files.flushFolder(join(this.#folder, kind))
    }).finally(() => this.#users.delete(key))
    return true
  }

  async keys(kind: DocumentKind): Promise<readonly string[]> {
    const names = (await this.#files.list(join(this.#folder, kind))).filter((name) => name.endsWith('.json'))
    const documents = await Promise.all(
      names.map((name) => readValue<FileDocument>(this.#files, join(this.#folder, kind, name))),
    )
    return documents.flatMap((document) => document?.key ?? []).sort()
  }

  /** Keys are anybody's text: what is no plain name is told by its hash. */
  #path(kind: DocumentKind, key: string): string {
    const name = /^[a-z0-9][a-z0-9._@-]{0,100}$/.test(key) ? key : `~${sha256Hex(key)}`
    return join(this.#folder, kind, `${name}.json`)
  }
}
