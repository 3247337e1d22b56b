// The lock of the data folder: one process writes in it. The home of proper-lockfile.
import { mkdir } from 'node:fs/promises'
import lockfile from 'proper-lockfile'
import { GraphdavError } from '../base/errors.ts'
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
