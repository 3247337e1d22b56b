// The format of a data folder as a whole, and how an older one becomes today's: step by step, after a copy. (Each file has a
// format of its own too, see file-database.ts; that one tells a reader what it looks at, this one what has to be done.)
import { constants } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { GraphdavError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { ioNamed, readValue, writeValue } from './file-database.ts'
import { systemFiles } from './file-system.ts'
import { filesBelow, namesIn } from './folder-files.ts'

/** One step: makes format `n + 1` of format `n`, where n - 1 is its place in the list. A step may run again after a crash in it. */
export interface Migration {
  /** What it changes, for the log: "names of …". */
  readonly what: string
  readonly run: (folder: string) => Promise<void>
}

/** All steps since the first format, oldest first. Never removed: a folder may be of any age. */
const migrations: readonly Migration[] = []

const marker = 'format.json'

/**
 * Brings a locked data folder to today's format. An older one is copied to `before-format-N` inside it first, which stays.
 * Whatever ends the process in between, the next start goes on. Throws with code `store-format` when a newer program wrote
 * the folder (nothing is touched), `store-io` when it cannot be written.
 */
export async function bringUpToDate(folder: string, log: Log, steps: readonly Migration[] = migrations): Promise<void> {
  const newest = steps.length + 1
  const found = await formatOf(folder, newest)
  if (found === newest) return
  if (found > newest) {
    throw new GraphdavError(
      'store-format',
      `the data folder was written by a newer graphdav (format ${found}, this one knows ${newest}): use that version again, or restore a backup (${folder})`,
    )
  }
  const copy = join(folder, `before-format-${newest}`)
  await ioNamed(copy, () => copyData(folder, copy))
  log.info('the data folder is of an older format and is brought up to date; a copy of it stays', { copy })
  for (const [index, { what, run }] of steps.entries()) {
    if (index + 1 < found) continue
    log.info('bringing the data folder up to date', { what })
    await ioNamed(folder, () => run(folder))
    await mark(folder, index + 2)
  }
}

// A folder without a marker is a new one, or of the time before there were markers: the first format.
async function formatOf(folder: string, newest: number): Promise<number> {
  const marked = await readValue<{ readonly format: number }>(systemFiles, join(folder, marker))
  if (marked !== undefined) return marked.format
  const isNew = (await ioNamed(folder, () => namesIn(folder))).length === 0
  const format = isNew ? newest : 1
  if (format === newest) await mark(folder, format)
  return format
}

function mark(folder: string, format: number): Promise<void> {
  return writeValue(systemFiles, join(folder, marker), { format }, 'replace')
}

// A complete copy has its own name; one that was cut short is begun again. A copy that is there is the older state: kept.
async function copyData(folder: string, copy: string): Promise<void> {
  if ((await systemFiles.stamp(copy)) !== undefined) return
  const fresh = `${copy}.new`
  await systemFiles.remove(fresh)
  for (const top of await namesIn(folder)) {
    for (const name of await filesBelow(folder, top)) {
      const target = join(fresh, name)
      await systemFiles.makeFolder(dirname(target))
      await copyFile(join(folder, name), target, constants.COPYFILE_FICLONE)
      await systemFiles.flush(target)
    }
  }
  await systemFiles.makeFolder(fresh)
  await systemFiles.rename(fresh, copy)
  await systemFiles.flushFolder(folder)
}
