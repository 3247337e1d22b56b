// One JSON file as a value: read, checked for its format, written once or replaced. The home of lowdb, with an adapter of our
// own: lowdb's file adapter neither flushes nor keeps others from reading the file.
import { dirname } from 'node:path'
import { Low, type Adapter } from 'lowdb'
import { GraphdavError } from '../base/errors.ts'
import { replaceFile, type FileSystem } from './file-system.ts'

/** Every file says which format it has; a newer one is refused. */
export const fileFormat = 1

interface Framed<T> {
  readonly format: number
  readonly data: T
}

/** How a file comes to its place: `once` under a name that nobody has read yet, or `replace`d as a whole. */
export type Manner = 'once' | 'replace'

/**
 * The value in a file; undefined when there is none. Throws with code `store-format` when a newer program wrote it, and
 * `store-broken` when it cannot be read as what it should be.
 */
export async function readValue<T>(files: FileSystem, path: string): Promise<T | undefined> {
  const database = new Low<Framed<T> | null>(adapter<T>(files, path, 'replace'), null)
  await database.read()
  return database.data?.data
}

/** Writes a value, flushed; `once` leaves the flush of the folder to the caller, who writes several. */
export async function writeValue(files: FileSystem, path: string, value: unknown, manner: Manner): Promise<void> {
  const database = new Low<Framed<unknown> | null>(adapter<unknown>(files, path, manner), null)
  database.data = { format: fileFormat, data: value }
  await ioNamed(path, () => database.write())
}

/** Runs file work; what fails in it (disk full, no permission) is told as `store-io`, naming the folder. */
export async function ioNamed<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof GraphdavError || !(error instanceof Error) || !('code' in error)) throw error
    const reasons: Readonly<Record<string, string>> = {
      ENOSPC: 'the disk is full',
      EDQUOT: 'the disk quota is used up',
      EACCES: 'permission is denied',
      EPERM: 'permission is denied',
      EROFS: 'the file system is read-only',
      EMFILE: 'too many files are open',
    }
    const reason = reasons[String(error.code)] ?? error.message
    throw new GraphdavError('store-io', `cannot write below ${dirname(path)}: ${reason}`, { cause: error })
  }
}

function adapter<T>(files: FileSystem, path: string, manner: Manner): Adapter<Framed<T> | null> {
  return {
    read: async () => {
      const text = await files.read(path)
      return text === undefined ? null : parse<T>(path, text)
    },
    write: async (framed) => {
      const text = JSON.stringify(framed)
      if (manner === 'replace') return replaceFile(files, path, text)
      await files.write(path, text)
      await files.flush(path)
    },
  }
}

function parse<T>(path: string, text: string): Framed<T> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw broken(path, error)
  }
  if (typeof value !== 'object' || value === null || !('format' in value) || !('data' in value)) throw broken(path)
  if (typeof value.format !== 'number') throw broken(path)
  if (value.format > fileFormat) {
    throw new GraphdavError(
      'store-format',
      `${path} was written by a newer graphdav (format ${value.format}, this one knows ${fileFormat}): use that version again`,
    )
  }
  return value as Framed<T> // the frame is checked above; what is in it, this store wrote
}

/** A file that is not what it should be. */
export function broken(path: string, cause?: unknown): GraphdavError {
  return new GraphdavError(
    'store-broken',
    `${path} is damaged: stop graphdav, move the calendar's folder in data/mirror away and start again; it comes back from Graph`,
    { cause },
  )
}
