// Which files of a data folder are data: what a backup takes and a copy before an upgrade.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** What belongs to a running process, a restore or an upgrade, and is no data. */
const notData = /^(?:lock|control\.sock|replaced-.*|before-format-.*|\..*|.*\.new)$/

/** What a data folder holds at its top, sorted. Throws when it cannot be read. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => !notData.test(name)).sort()
}

/** The files at and below a path in a folder, as paths in it; none when the path has gone. */
export async function filesBelow(folder: string, path: string): Promise<readonly string[]> {
  const entries = await readdir(join(folder, path), { withFileTypes: true }).catch((error: unknown) => {
    if (hasCode(error, 'ENOTDIR')) return undefined
    if (hasCode(error, 'ENOENT')) return []
    throw error
  })
  if (entries === undefined) return [path]
  const found: string[] = []
  for (const entry of entries) {
    if (notData.test(entry.name)) continue
    const inner = join(path, entry.name)
    if (entry.isDirectory()) found.push(...(await filesBelow(folder, inner)))
    else if (entry.isFile()) found.push(inner)
  }
  return found
}

/** True for an error of the file system with this code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
