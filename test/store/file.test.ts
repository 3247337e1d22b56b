// The file store: the promises of every store, on the machine's own files.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { FileStore } from '../../src/store/file.ts'
import { storeContract } from './contract.ts'
import { StandingClock } from './records.ts'

const folders: string[] = []

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'graphdav-store-'))
  folders.push(folder)
  return folder
}

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

storeContract('file', async () => {
  const clock = new StandingClock()
  const store = await FileStore.open({ folder: await freshFolder(), clock })
  return { store, other: store.handle(), clock }
})
