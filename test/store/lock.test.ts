// The lock of the data folder.
import { mkdir, mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { lockFolder } from '../../src/store/lock.ts'

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
