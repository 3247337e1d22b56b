// The data folder: made when it is not there (0700), locked for one process, opened as a store.
import type { Clock } from '../base/clock.ts'
import { codeOf, GraphdavError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { FileStore } from '../store/file.ts'
import { bringUpToDate } from '../store/folder-format.ts'
import { lockFolder } from '../store/lock.ts'
import type { Store } from '../store/store.ts'
import { isServing } from './control.ts'

export interface DataFolder {
  readonly path: string
  readonly store: Store
  /** Aborted when the lock was lost while it was held: nothing may be written any more. */
  readonly lost: AbortSignal
  /** Gives the lock back. */
  close(): Promise<void>
}

export interface DataFolderOptions {
  readonly clock: Clock
  readonly log: Log
}

/** The lock of a killed process is free after ten seconds. */
const patienceMs = 12_000
const retryMs = 250

/**
 * Locks and opens the folder. Throws a `GraphdavError` with code `locked` when another process has it: at once when a
 * server answers there, else after waiting for what a killed process has left behind.
 */
export async function openDataFolder(path: string, { clock, log }: DataFolderOptions): Promise<DataFolder> {
  const lost = new AbortController()
  const release = await lockPatiently(path, { clock, log }, (reason) => {
    log.error('the lock of the data folder was lost; nothing is written any more', { reason: reason.message })
    lost.abort(
      new GraphdavError('locked', 'another process took the data folder; start graphdav again', { cause: reason }),
    )
  })
  try {
    await bringUpToDate(path, log)
    const store = await FileStore.open({ folder: path, clock, log })
    return { path, store, lost: lost.signal, close: () => (lost.signal.aborted ? Promise.resolve() : release()) }
  } catch (error) {
    await release()
    throw error
  }
}

async function lockPatiently(
  path: string,
  { clock, log }: DataFolderOptions,
  onLost: (reason: Error) => void,
): Promise<() => Promise<void>> {
  const until = clock.now() + patienceMs
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await lockFolder(path, onLost)
    } catch (error) {
      if (codeOf(error) !== 'locked' || clock.now() >= until || (await isServing(path))) throw error
      if (attempt === 1) log.info('waiting for the lock that another process has left', { folder: path })
      await clock.sleep(retryMs)
    }
  }
}
