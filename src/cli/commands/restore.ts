// `graphdav restore FILE`: an archive of `graphdav backup` into the data folder.
import { restoreInto } from '../../bridge/backup.ts'
import type { Run } from '../command.ts'
import { configurationOf } from '../configuration.ts'

export const run: Run = async (invocation) => {
  const { clock, stdout } = invocation.context
  const { store } = configurationOf(invocation)
  const [file = ''] = invocation.args
  const { files, aside } = await restoreInto(store.path, file, { replace: invocation.options['yes'] === true, clock })
  stdout.write(`${store.path}: ${files} files restored.${aside === null ? '' : ` What was there is in ${aside}.`}\n`)
  return 0
}
