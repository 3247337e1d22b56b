// The lock of the data folder: one process writes in it; and of single files in it that two processes share. The home of
// proper-lockfile.
import { mkdir } from 'node:fs/promises'
import lockfile from 'proper-lockfile'
import { GraphdavError, UnavailableError } from '../base/errors.ts'
import { ioNamed } from './file-database.ts'

/**
 * Takes the lock of a folder (made 0700 when it is not there); what is returned gives it back. Throws with code `locked` when
 * another process holds it. A lock whose holder died is taken over after some seconds. `onLost` is told when the lock was
 * lost while it was held (the machine slept, somebody removed it): then nothing may be written any more.
 */
export async function lockFolder(folder: string, onLost: (reason: Error) => void): Promise<() => Promise<void>> {
  await ioNamed(`${folder}/lock`, () => mkdir(folder, { recursive: true, mode: 0o700 }))
  try {
    return await lockfile.lock(folder, {
      lockfilePath: `${folder}/lock`,
      stale: 5_000,
      update: 1_000,
      onCompromised: onLost,
    })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ELOCKED') {
      throw new GraphdavError(
        'locked',
        `another graphdav uses the data folder ${folder}: stop it first, or give this one another store.path`,
        { cause: error },
      )
    }
    return await ioNamed(`${folder}/lock`, () =>
      Promise.reject(error instanceof Error ? error : new Error(String(error))),
    )
  }
}

/**
 * Others wait so long for a file, one try after the other: a minute and more, in which whoever has it may have to wait for a slow
 * service twice. A holder that died is found out before.
 */
const patience = { retries: 1_200, factor: 1, minTimeout: 50, maxTimeout: 100, randomize: true }

/**
 * Does work while no other process has this file's lock (`FILE.lock`), whether there is the file or not. `lost` is aborted when
 * the lock was lost meanwhile: then nothing may be written. Throws with code `unavailable` when another one does not let go.
 */
export async function lockFile<T>(path: string, work: (lost: AbortSignal) => Promise<T>): Promise<T> {
  const lost = new AbortController()
  const release = await lockfile
    .lock(path, {
      realpath: false,
      stale: 5_000,
      update: 1_000,
      retries: patience,
      onCompromised: (cause) => lost.abort(new UnavailableError(`the lock of ${path} was lost`, 60, { cause })),
    })
    .catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ELOCKED')
        throw new UnavailableError(`another graphdav uses ${path} for long; try again`, 60, { cause: error })
      return ioNamed(path, () => Promise.reject(error instanceof Error ? error : new Error(String(error))))
    })
  try {
    return await work(lost.signal)
  } finally {
    if (!lost.signal.aborted) await release()
  }
}
