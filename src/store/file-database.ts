// One JSON file as a value: read, checked against its format and its checksum, written once or replaced. The home of lowdb,
// with an adapter of our own: lowdb's file adapter neither flushes, nor notices a file that was cut or changed.
import { basename } from 'node:path'
import { Low, type Adapter } from 'lowdb'
import { GraphdavError } from '../base/errors.ts'
import { sha256Hex } from '../base/hash.ts'
import { replaceFile, type FileSystem } from './file-system.ts'

/** Every file says which format it has; a newer one is refused. */
export const fileFormat = 1

/** How a file comes to its place: `once` under a name that no head knows yet, or `replace`d as a whole. */
export type Manner = 'once' | 'replace'

/** A value and how long its text is. */
export interface Sized<T> {
  readonly value: T
  readonly length: number
}

/**
 * The value in a file, as it was written; undefined when there is no file. Throws with code `store-format` when a newer
 * program wrote it, `store-broken` when it is not what was written, `store-io` when it cannot be read.
 */
export async function readValue<T>(files: FileSystem, path: string): Promise<T | undefined> {
  return (await readSized<T>(files, path))?.value
}

/** `readValue`, with the length of the text. */
export async function readSized<T>(files: FileSystem, path: string): Promise<Sized<T> | undefined> {
  const database = new Low<Sized<T> | null>(adapter(files, path, 'replace'), null)
  await ioNamed(path, () => database.read())
  return database.data ?? undefined
}

/** Writes a value, flushed; `once` leaves the flush of the folder to the caller, who writes several. */
export async function writeValue(files: FileSystem, path: string, value: unknown, manner: Manner): Promise<void> {
  const database = new Low<Sized<unknown> | null>(adapter(files, path, manner), null)
  database.data = { value, length: 0 }
  await ioNamed(path, () => database.write())
}

/** Runs file work; what the system refuses (disk full, no permission) is told as `store-io`, naming the place. */
export async function ioNamed<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof GraphdavError || !(error instanceof Error) || !('code' in error)) throw error
    const reason = reasons[String(error.code)] ?? error.message
    throw new GraphdavError('store-io', `cannot use ${path}: ${reason}`, { cause: error })
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many files are open',
  EIO: 'the disk reports an error',
}

/** A file that is not what was written. */
export function broken(path: string, cause?: unknown): GraphdavError {
  return new GraphdavError(
    'store-broken',
    `${path} is damaged or missing: what is below data/mirror comes back from Graph when the calendar's folder is moved away; anything else comes back from a backup`,
    { cause },
  )
}

function adapter<T>(files: FileSystem, path: string, manner: Manner): Adapter<Sized<T> | null> {
  return {
    read: async () => {
      const text = await files.read(path)
      if (text === undefined) return null
      return { value: unframe(path, text) as T, length: text.length } // the checksum says that it is what was written
    },
    write: async (sized) => {
      const text = frame(sized?.value)
      if (manner === 'replace') return replaceFile(files, path, text)
      await files.write(path, text)
      await files.flush(path)
    },
  }
}

/** The text of a file: JSON whose last member, as it stands there, has the checksum before it. */
function frame(value: unknown): string {
  const data = JSON.stringify(value)
  return `{"format":${fileFormat},"sha256":"${sha256Hex(data)}","data":${data}}\n`
}

function unframe(path: string, text: string): unknown {
  const head = /^\{"format":(\d{1,9}),"sha256":"([0-9a-f]{64})","data":/.exec(text)
  const format = Number(head?.[1])
  if (format > fileFormat) {
    throw new GraphdavError(
      'store-format',
      `${basename(path)} was written by a newer graphdav (format ${format}, this one knows ${fileFormat}): use that version again (${path})`,
    )
  }
  const data = text.slice(head?.[0].length ?? 0, -2)
  if (head === null || !text.endsWith('}\n') || sha256Hex(data) !== head[2]) throw broken(path)
  return JSON.parse(data)
}
