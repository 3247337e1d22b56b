// `graphdav backup FILE`: the data folder as one archive, from the running server or from the folder itself.
import { open, rename, rm } from 'node:fs/promises'
import { askBridge } from '../../bridge/ask.ts'
import type { BackupProgress } from '../../bridge/operations.ts'
import { GraphdavError } from '../../base/errors.ts'
import type { Run } from '../command.ts'
import { configurationOf, quietLogOf } from '../configuration.ts'
import { version } from '../version.ts'

export const run: Run = async (invocation) => {
  const { clock, signal, stdout } = invocation.context
  const configuration = configurationOf(invocation)
  const [file = ''] = invocation.args
  const fresh = `${file}.new`
  const pieces: Buffer[] = []
  // Both ends of the socket are this program: what comes is what the operation `backup` says.
  const onProgress = (progress: unknown): void => {
    pieces.push(Buffer.from((progress as BackupProgress).base64, 'base64'))
  }
  const options = { clock, log: quietLogOf(invocation), version: version() }
  await askBridge(configuration, { command: 'backup', onProgress, signal }, options)
  try {
    const target = await open(fresh, 'w', 0o600)
    try {
      for (const piece of pieces) await target.writeFile(piece)
      await target.sync()
    } finally {
      await target.close()
    }
    await rename(fresh, file)
  } catch (error) {
    await rm(fresh, { force: true })
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new GraphdavError('unavailable', `cannot write ${file} (${reason}); choose another place`, { cause: error })
  }
  const octets = pieces.reduce((sum, { length }) => sum + length, 0)
  stdout.write(
    `${file}: ${Math.ceil(octets / 1024)} KB. It holds calendars and sign-ins: keep it as safe as the data folder.\n`,
  )
  return 0
}
