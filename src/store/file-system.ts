// The file operations that the file store is made of, each a seam: a test fails or ends the process before and after any of them.
import { constants } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, stat, truncate } from 'node:fs/promises'
import { dirname } from 'node:path'

/** What tells one state of a file from another without reading it; undefined: there is no such file. */
export type FileStamp = string | undefined

/** Paths are absolute. Files are made 0600, folders 0700. What is missing is `undefined` or an empty list, other failures are thrown. */
export interface FileSystem {
  read(path: string): Promise<string | undefined>
  /** The lines of a file without their ends (`\n`), a last one without its end too; none when there is no file. */
  lines(path: string): AsyncIterable<string>
  stamp(path: string): Promise<FileStamp>
  /** Names in a folder, unsorted. */
  list(folder: string): Promise<readonly string[]>
  makeFolder(folder: string): Promise<void>
  /** Writes a whole file; it may be torn or lost until it is flushed. */
  write(path: string, text: string): Promise<void>
  /** Adds to the end of a file; it may be torn or lost until it is flushed. */
  append(path: string, text: string): Promise<void>
  /** Cuts a file to its first `bytes`. */
  cut(path: string, bytes: number): Promise<void>
  /** Makes the content of a file last. */
  flush(path: string): Promise<void>
  /** Makes the names in a folder last. */
  flushFolder(folder: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  /** Removes a file or a folder with all that is in it; nothing when it is not there. */
  remove(path: string): Promise<void>
}

/** The machine's files. */
export const systemFiles: FileSystem = {
  read: (path) => orUndefined(readFile(path, 'utf8')),
  lines: linesOf,
  stamp: async (path) => {
    const found = await orUndefined(stat(path, { bigint: true }))
    return found && `${found.ino}-${found.mtimeNs}-${found.size}`
  },
  list: async (folder) => (await orUndefined(readdir(folder))) ?? [],
  makeFolder: async (folder) => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  },
  write: (path, text) => withFile(path, 'w', (file) => file.writeFile(text)),
  append: (path, text) => withFile(path, 'a', (file) => file.writeFile(text)),
  cut: (path, bytes) => truncate(path, bytes),
  flush: (path) => withFile(path, 'r+', (file) => file.sync()),
  flushFolder: (folder) => withFile(folder, constants.O_RDONLY, (file) => file.sync()).catch(ignoreUnable),
  rename,
  remove: (path) => rm(path, { recursive: true, force: true }),
}

/** Replaces a file so that it is there in its old or in its new state, whatever happens, and lasts when this resolves. */
export async function replaceFile(files: FileSystem, path: string, text: string): Promise<void> {
  const fresh = `${path}.new`
  await files.write(fresh, text)
  await files.flush(fresh)
  await files.rename(fresh, path)
  await files.flushFolder(dirname(path))
}

// Piece by piece: such a file may be longer than a string can be. (node:readline would also end lines at U+2028.)
async function* linesOf(path: string): AsyncIterable<string> {
  const file = await orUndefined(open(path, 'r'))
  if (file === undefined) return
  let begun: string[] = []
  for await (const piece of file.createReadStream({ encoding: 'utf8', highWaterMark: 1024 * 1024 })) {
    const [first = '', ...others] = String(piece).split('\n')
    begun.push(first)
    for (const next of others) {
      yield begun.join('')
      begun = [next]
    }
  }
  if (begun.join('') !== '') yield begun.join('')
}

// Some network file systems cannot flush a folder, and the folder above ours may be none that we may read: then the names
// last without it or cannot be made to.
function ignoreUnable(error: unknown): void {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code !== 'EINVAL' && code !== 'ENOTSUP' && code !== 'EACCES') throw error
}

async function withFile(
  path: string,
  flags: string | number,
  work: (file: Awaited<ReturnType<typeof open>>) => Promise<void>,
): Promise<void> {
  const file = await open(path, flags, 0o600)
  try {
    await work(file)
  } finally {
    await file.close()
  }
}

async function orUndefined<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) {
      return undefined
    }
    throw error
  }
}
