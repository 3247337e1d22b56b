// The lock of the data folder.
import { mkdir, mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { lockFile, lockFolder } from '../../src/store/lock.ts'

const folders: string[] = []
const unexpected = (reason: Error): never => {
  throw reason
}

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'graphdav-lock-'))
  folders.push(folder)
  return folder
}

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

describe('lockFolder', () => {
  it('one process at a time; the other is told which folder is taken', async () => {
    const folder = await freshFolder()
    const release = await lockFolder(folder, unexpected)
    await expect(lockFolder(folder, unexpected)).rejects.toMatchObject({
      code: 'locked',
      message: expect.stringContaining(folder),
    })
    await release()
    await (
      await lockFolder(folder, unexpected)
    )()
  })

  it('makes the folder, for nobody else to read', async () => {
    const folder = join(await freshFolder(), 'new', 'data')
    const release = await lockFolder(folder, unexpected)
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    await release()
  })

  it('takes over what a process that died has left behind', async () => {
    const folder = await freshFolder()
    await mkdir(join(folder, 'lock'))
    const longAgo = new Date(Date.now() - 60_000)
    await utimes(join(folder, 'lock'), longAgo, longAgo)
    const release = await lockFolder(folder, unexpected)
    expect((await stat(join(folder, 'lock'))).mtimeMs).toBeGreaterThan(longAgo.getTime())
    await release()
  })

  it('tells when the lock is lost', async () => {
    const folder = await freshFolder()
    const reason = await new Promise<Error>((resolve, reject) => {
      lockFolder(folder, resolve).then(() => rm(join(folder, 'lock'), { recursive: true }), reject)
    })
    expect(reason).toBeInstanceOf(Error)
  })

  it('a place where no folder can be made is named', async () => {
    const file = join(await freshFolder(), 'file')
    await writeFile(file, '')
    await expect(lockFolder(join(file, 'data'), unexpected)).rejects.toMatchObject({ code: 'store-io' })
  })
})

describe('lockFile', () => {
  it('one at a time, in whatever order, also for a file that is not there', async () => {
    const path = join(await freshFolder(), 'home.json')
    let inside = 0
    const most: number[] = []
    const work = async (): Promise<void> => {
      most.push((inside += 1))
      await stat(`${path}.lock`)
      inside -= 1
    }
    await Promise.all([1, 2, 3].map(() => lockFile(path, work)))
    expect(most).toEqual([1, 1, 1])
    await expect(stat(`${path}.lock`)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('is given back when the work fails', async () => {
    const path = join(await freshFolder(), 'home.json')
    await expect(lockFile(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await expect(lockFile(path, () => Promise.resolve('yes'))).resolves.toBe('yes')
  })

  it('that is lost while it is held says so: nothing may be written any more', async () => {
    const path = join(await freshFolder(), 'home.json')
    const reason = lockFile(path, async (lost) => {
      await rm(`${path}.lock`, { recursive: true })
      await new Promise((resolve) => lost.addEventListener('abort', resolve, { once: true }))
      throw lost.reason
    })
    await expect(reason).rejects.toMatchObject({ code: 'unavailable' })
  })
})
