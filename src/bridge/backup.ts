// The data folder as one archive (gzip of tar) and back. What a backup holds of a calendar is one commit of it: its files are
// read between two commits. A restored mirror gets a new epoch, so clients look at everything again.
import { createReadStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import type { Clock } from '../base/clock.ts'
import { GraphdavError } from '../base/errors.ts'
import { randomHex } from '../base/hash.ts'
import { ioNamed } from '../store/file-database.ts'
import { systemFiles } from '../store/file-system.ts'
import { filesBelow, hasCode, namesIn } from '../store/folder-files.ts'
import { lockFolder } from '../store/lock.ts'
import { renewEpochs } from '../store/renew-epochs.ts'
import { readTar, tarEnd, tarFile, type ArchivedFile } from '../store/tar.ts'

/** Version of what an archive holds; a newer one is refused. */
const archiveFormat = 1
/** The first file of an archive: what it is. */
const manifestName = 'graphdav-backup.json'

export interface BackupOptions {
  /** Runs work while the files of a calendar stay as they are. */
  readonly between: <T>(slug: string, work: () => Promise<T>) => Promise<T>
  readonly made: { readonly at: number; readonly version: string }
}

/** The archive of a data folder, piece by piece. Whoever calls this has the folder's lock. */
export async function* backupOf(folder: string, options: BackupOptions): AsyncGenerator<Buffer> {
  const gzip = createGzip()
  // A failure ends the stream, and so the loop, with its reason.
  pipeline(tarOf(folder, options), gzip).catch(() => undefined)
  for await (const piece of gzip) if (Buffer.isBuffer(piece)) yield piece
}

async function* tarOf(folder: string, { between, made }: BackupOptions): AsyncGenerator<Buffer> {
  const seconds = Math.floor(made.at / 1000)
  const manifest = { format: archiveFormat, at: made.at, version: made.version }
  yield* tarFile({ name: manifestName, data: Buffer.from(JSON.stringify(manifest)) }, seconds)
  for (const top of await namesIn(folder)) {
    const parts = top === 'mirror' ? (await namesIn(join(folder, top))).map((slug) => join(top, slug)) : [top]
    for (const part of parts) {
      const read = (): Promise<readonly ArchivedFile[]> => readBelow(folder, part)
      const files = top === 'mirror' ? await between(part.slice('mirror/'.length), read) : await read()
      for (const file of files) yield* tarFile(file, seconds)
    }
  }
  yield tarEnd
}

async function readBelow(folder: string, path: string): Promise<readonly ArchivedFile[]> {
  const found: ArchivedFile[] = []
  for (const name of await filesBelow(folder, path)) found.push(...(await fileAt(folder, name)))
  return found
}

// A document may go between the list and the look; a calendar's files do not.
async function fileAt(folder: string, name: string): Promise<readonly ArchivedFile[]> {
  try {
    return [{ name, data: await readFile(join(folder, name)) }]
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  }
}

export interface RestoreOptions {
  /** Put aside what is in the folder; else a folder with data is refused. */
  readonly replace: boolean
  readonly clock: Clock
}

/** How many files came back, and where the old data are now; null when there were none. */
export interface Restored {
  readonly files: number
  readonly aside: string | null
}

/**
 * Puts an archive into a data folder: all of it, or nothing when anything about the archive is wrong. Throws with code
 * `locked` while a server has the folder.
 */
export async function restoreInto(folder: string, archive: string, options: RestoreOptions): Promise<Restored> {
  const release = await lockFolder(folder, () => undefined)
  const fresh = join(folder, '.restoring')
  try {
    const old = await namesIn(folder)
    if (old.length > 0 && !options.replace) {
      throw new GraphdavError('conflict', `${folder} holds data: --yes puts them aside and restores the archive`)
    }
    await systemFiles.remove(fresh)
    const files = await ioNamed(fresh, () => unpack(archive, fresh))
    await renewEpochs(join(fresh, 'mirror'), systemFiles, () => randomHex(12))
    const aside = old.length === 0 ? null : join(folder, `replaced-${options.clock.now()}`)
    await ioNamed(folder, () => swap(folder, { old, fresh, aside }))
    return { files, aside }
  } finally {
    await systemFiles.remove(fresh)
    await release()
  }
}

async function swap(
  folder: string,
  { old, fresh, aside }: { readonly old: readonly string[]; readonly fresh: string; readonly aside: string | null },
): Promise<void> {
  if (aside !== null) {
    await systemFiles.makeFolder(aside)
    for (const name of old) await systemFiles.rename(join(folder, name), join(aside, name))
  }
  for (const name of await systemFiles.list(fresh)) await systemFiles.rename(join(fresh, name), join(folder, name))
  await systemFiles.flushFolder(folder)
}

// A path of ours: no segment that is empty, begins with a dot or holds anything special.
const safeName = /^(?:[\w~@+-][\w.~@+-]*\/)*[\w~@+-][\w.~@+-]*$/

async function unpack(archive: string, folder: string): Promise<number> {
  let count = 0
  for await (const { name, data } of entriesOf(archive)) {
    if (count === 0) checkManifest(name, data)
    else if (!safeName.test(name))
      throw new GraphdavError('forbidden', 'the archive names a file outside the data folder')
    else {
      const path = join(folder, name)
      await systemFiles.makeFolder(dirname(path))
      await writeFile(path, data, { mode: 0o600 })
      await systemFiles.flush(path)
    }
    count += 1
  }
  if (count === 0) throw notOurs()
  return count - 1
}

async function* entriesOf(archive: string): AsyncGenerator<ArchivedFile> {
  const gunzip = createGunzip()
  pipeline(createReadStream(archive), gunzip).catch(() => undefined) // the loop below throws it
  try {
    yield* readTar(gunzip)
  } catch (error) {
    if (error instanceof GraphdavError) throw error
    if (hasCode(error, 'ENOENT')) throw new GraphdavError('not-found', `there is no file ${archive}`, { cause: error })
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code.startsWith('Z_')) throw damaged(archive, error)
    if (code === '') throw error
    throw new GraphdavError('unavailable', `${archive} cannot be read (${code}); name a file of \`graphdav backup\``, {
      cause: error,
    })
  }
}

function checkManifest(name: string, data: Buffer): void {
  if (name !== manifestName) throw notOurs()
  const manifest = parsed(data)
  const format = typeof manifest === 'object' && manifest !== null && 'format' in manifest ? manifest.format : undefined
  if (typeof format !== 'number') throw notOurs()
  if (format <= archiveFormat) return
  throw new GraphdavError('store-format', 'the archive was made by a newer graphdav: use that version to restore it')
}

function parsed(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'))
  } catch {
    throw notOurs()
  }
}

function notOurs(): GraphdavError {
  return new GraphdavError('unsupported', 'this is no archive of `graphdav backup`')
}

function damaged(archive: string, cause: unknown): GraphdavError {
  return new GraphdavError('store-broken', `${archive} is damaged or no archive; nothing was restored`, { cause })
}
