// After a restore the mirrors are older than what clients have seen: each gets a new epoch, so that no sync token from
// before holds and every client looks again.
import { join } from 'node:path'
import { readValue, writeValue } from './file-database.ts'
import type { FileSystem } from './file-system.ts'

/** Gives every calendar below `mirror` a new epoch. Nobody else has the folder. Throws `store-broken` for a damaged head. */
export async function renewEpochs(mirror: string, files: FileSystem, newEpoch: () => string): Promise<void> {
  for (const slug of await files.list(mirror)) {
    const folder = join(mirror, slug)
    const [headPath, cursorPath] = [join(folder, 'head.json'), join(folder, 'cursor.json')]
    const head = await readValue<{ readonly epoch: string }>(files, headPath)
    if (head === undefined) continue
    const epoch = newEpoch()
    const cursor = await readValue<{ readonly epoch: string }>(files, cursorPath)
    // An archive holds no empty folders.
    if ((await files.stamp(join(folder, head.epoch))) === undefined) await files.makeFolder(join(folder, epoch))
    else await files.rename(join(folder, head.epoch), join(folder, epoch))
    await writeValue(files, headPath, { ...head, epoch }, 'replace')
    if (cursor?.epoch === head.epoch) await writeValue(files, cursorPath, { ...cursor, epoch }, 'replace')
  }
}
