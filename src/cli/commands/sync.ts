// `graphdav sync [CALENDAR…]`: one round now, with progress.
import { askBridge } from '../../bridge/ask.ts'
import type { SyncAnswer, SyncProgress } from '../../bridge/operations.ts'
import type { Run } from '../command.ts'
import { configurationOf, quietLogOf } from '../configuration.ts'
import { createProgress } from '../progress.ts'
import { createSyncView } from '../sync-view.ts'
import { version } from '../version.ts'

export const run: Run = async (invocation) => {
  const { clock, signal, stderr, stdout } = invocation.context
  const configuration = configurationOf(invocation)
  const view = createSyncView({ progress: createProgress(stderr, clock), say: (line) => stdout.write(`${line}\n`) })
  const args = {
    calendars: invocation.args,
    full: invocation.options['full'] === true,
    accept: invocation.options['accept'] === true,
  }
  // Both ends of the socket are this program: what comes is what the operation `sync` says.
  const onProgress = (progress: unknown): void => view.show(progress as SyncProgress)
  try {
    const options = { clock, log: quietLogOf(invocation), version: version() }
    const answer = await askBridge(configuration, { command: 'sync', args, onProgress, signal }, options)
    return (answer as SyncAnswer).failed === 0 ? 0 : 1
  } finally {
    view.end()
  }
}
