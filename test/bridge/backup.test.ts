// A restore drill: a backup taken while the server runs and writes, the disk lost, the archive put back.
import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import type { Bridge } from '../../src/bridge/bridge.ts'
import { restoreInto } from '../../src/bridge/backup.ts'
import { tarEnd, tarFile } from '../../src/store/tar.ts'
import { feed, filesOf, look, startWorld, type World } from '../http/program.ts'

let world: World
let outside: string
let archive: string
beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), 'graphdav-backup-'))
  archive = join(outside, 'backup.tgz')
})
afterEach(() => rm(outside, { recursive: true, force: true }))

const save = (bridge: Bridge): Promise<void> => pipeline(Readable.from(bridge.backup()), createWriteStream(archive))
const restore = (folder: string, replace = false) => restoreInto(folder, archive, { replace, clock: systemClock })

describe('a backup', () => {
  beforeEach(async () => {
    world = await startWorld()
  })
  afterEach(() => world.stop())

  it('taken while a round writes comes back as one commit, and clients look at everything again', async () => {
    const { bridge, url } = await world.open()
    await Promise.all([bridge.sync('work', {}), bridge.sync('personal', {})])
    const [before, text] = [await look(url, 'work'), (await feed(url)).text]
    const [, , refreshed] = await Promise.all([bridge.sync('work', { full: true }), save(bridge), feed(url)])
    expect(refreshed.text).toBe(text)
    await bridge.close()
    const data = join(world.folder, 'data')
    await rm(data, { recursive: true })

    expect(await restore(data)).toMatchObject({ aside: null })
    const again = await world.open()
    const after = await look(again.url, 'work')
    expect(after.etags).toEqual(before.etags)
    expect((await feed(again.url)).text).toBe(text)
    expect(after.syncToken).not.toBe(before.syncToken)
    expect(after.syncToken.split(':')[3]).not.toBe(before.syncToken.split(':')[3])
    await again.bridge.sync('work', {})
    expect((await look(again.url, 'work')).etags).toEqual(before.etags)
  })

  it('is refused while the server has the folder, and needs a word where there are data, which stay aside', async () => {
    const { bridge } = await world.open()
    await bridge.sync('work', {})
    await save(bridge)
    const data = join(world.folder, 'data')
    await expect(restore(data, true)).rejects.toMatchObject({ code: 'locked' })
    await bridge.close()
    await expect(restore(data)).rejects.toMatchObject({ code: 'conflict' })
    const { aside } = await restore(data, true)
    expect(await readdir(join(aside ?? '', 'mirror'))).toContain('work')
    expect(await readdir(data)).not.toContain('.restoring')
    expect((await stat(join(data, 'mirror', 'work', 'head.json'))).mode & 0o777).toBe(0o600)
  })

  it('that is damaged anywhere, cut off, or made by a newer version changes nothing', async () => {
    const { bridge } = await world.open()
    await bridge.sync('work', {})
    await save(bridge)
    await bridge.close()
    const data = join(world.folder, 'data')
    const [whole, before] = [await readFile(archive), await filesOf(data)]
    const flipped = Buffer.from(whole)
    flipped.writeUInt8(flipped.readUInt8(whole.length >> 1) ^ 0x20, whole.length >> 1)
    const newer = gzipSync(
      Buffer.concat([...tarFile({ name: 'graphdav-backup.json', data: Buffer.from('{"format":2}') }, 0), tarEnd]),
    )
    for (const bytes of [
      flipped,
      whole.subarray(0, -9),
      whole.subarray(0, whole.length >> 1),
      Buffer.from('no'),
      Buffer.alloc(0),
      newer,
    ]) {
      await writeFile(archive, bytes)
      await expect(restore(data, true)).rejects.toMatchObject({ code: expect.stringMatching(/^store-/) })
      expect(await filesOf(data)).toEqual(before)
    }
    const other = tarFile({ name: 'graphdav-backup.json', data: Buffer.from('{"format":') }, 0)
    await writeFile(archive, gzipSync(Buffer.concat([...other, tarEnd])))
    await expect(restore(data, true)).rejects.toMatchObject({ code: 'unsupported' })
    await rm(archive)
    await mkdir(archive)
    await expect(restore(data, true)).rejects.toThrow(`${archive} cannot be read (EISDIR)`)
    expect(await filesOf(data)).toEqual(before)
  })
})

it('an archive that names a place outside the folder, or a link, writes nothing', async () => {
  const folder = join(outside, 'data')
  const manifest = tarFile({ name: 'graphdav-backup.json', data: Buffer.from('{"format":1}') }, 0)
  const put = (...more: readonly Buffer[]) =>
    writeFile(archive, gzipSync(Buffer.concat([...manifest, ...more, tarEnd])))
  for (const name of ['../evil', '/tmp/evil', 'users/../../evil', 'mirror/./x', '.ssh/x', 'a//b', 'a\\..\\b']) {
    await put(...tarFile({ name, data: Buffer.from('x') }, 0))
    await expect(restore(folder)).rejects.toMatchObject({ code: 'forbidden' })
  }
  const [header = Buffer.alloc(0)] = tarFile({ name: 'users', data: Buffer.alloc(0) }, 0)
  // A symbolic link: the type and, with it, the checksum.
  header.write('2', 156)
  const sum = header.reduce((all, octet, at) => all + (at >= 148 && at < 156 ? 32 : octet), 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  await put(header)
  await expect(restore(folder)).rejects.toMatchObject({ code: 'unsupported' })
  expect(await readdir(outside)).toEqual(['backup.tgz', 'data'])
  expect(await readdir(folder)).toEqual([])
})
