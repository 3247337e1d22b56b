import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLog } from '../../src/base/log.ts'
import { bringUpToDate, type Migration } from '../../src/store/folder-format.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graphdav-format-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function oldData(): Promise<void> {
  await mkdir(join(folder, 'users/a'), { recursive: true })
  await writeFile(join(folder, 'users/a/one'), 'old', { mode: 0o600 })
  await writeFile(join(folder, 'control.sock'), 'no data')
}

const appending = (text: string): Migration => ({
  what: `adds ${text}`,
  run: async (at) => {
    const path = join(at, 'users/a/one')
    const before = await readFile(path, 'utf8')
    if (!before.endsWith(text)) await writeFile(path, before + text)
  },
})

const one = (at = folder): Promise<string> => readFile(join(at, 'users/a/one'), 'utf8')

describe('a data folder', () => {
  it('that is new has today’s format, and nothing is copied', async () => {
    await bringUpToDate(folder, silentLog, [appending('!')])
    expect(await readdir(folder)).toEqual(['format.json'])
    await oldData()
    await bringUpToDate(folder, silentLog, [appending('!')])
    expect(await one()).toBe('old')
  })

  it('from before there were markers is brought up step by step, once, after a copy of what is data', async () => {
    await oldData()
    await bringUpToDate(folder, silentLog, [appending('+2'), appending('+3')])
    expect(await one()).toBe('old+2+3')
    const copy = join(folder, 'before-format-3')
    expect(await one(copy)).toBe('old')
    expect(await readdir(copy)).toEqual(['users'])
    expect((await stat(join(copy, 'users/a/one'))).mode & 0o777).toBe(0o600)
    expect((await stat(copy)).mode & 0o777).toBe(0o700)

    await bringUpToDate(folder, silentLog, [appending('+2'), appending('+3'), appending('+4')])
    expect(await one()).toBe('old+2+3+4')
    expect(await one(join(folder, 'before-format-4'))).toBe('old+2+3')
  })

  it('whose step fails is as it was for the part not done, says why, and goes on at the next start', async () => {
    await oldData()
    let isFull = true
    const failing: Migration = {
      what: 'fails once',
      run: async () => {
        if (isFull) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
      },
    }
    const steps = [appending('+2'), failing, appending('+4')]
    await expect(bringUpToDate(folder, silentLog, steps)).rejects.toMatchObject({
      code: 'store-io',
      message: `cannot use ${folder}: the disk is full`,
    })
    expect(await one()).toBe('old+2')
    isFull = false
    await bringUpToDate(folder, silentLog, steps)
    expect(await one()).toBe('old+2+4')
    expect(await one(join(folder, 'before-format-4'))).toBe('old')
  })

  it('whose copy was cut short is copied again before anything changes', async () => {
    await oldData()
    await mkdir(join(folder, 'before-format-2.new/users/a'), { recursive: true })
    await writeFile(join(folder, 'before-format-2.new/users/a/one'), 'ol')
    await bringUpToDate(folder, silentLog, [appending('+2')])
    expect(await one(join(folder, 'before-format-2'))).toBe('old')
    expect(await readdir(folder)).not.toContain('before-format-2.new')
  })

  it('of a newer program is refused, and nothing in it is touched', async () => {
    await oldData()
    await bringUpToDate(folder, silentLog, [appending('+2')])
    const before = await readdir(folder)
    await expect(bringUpToDate(folder, silentLog, [])).rejects.toMatchObject({
      code: 'store-format',
      message: `the data folder was written by a newer graphdav (format 2, this one knows 1): use that version again, or restore a backup (${folder})`,
    })
    expect(await readdir(folder)).toEqual(before)
    expect(await one()).toBe('old+2')
  })
})
