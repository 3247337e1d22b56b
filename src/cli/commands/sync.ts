// `graphdav sync [CALENDAR…]`: one round now, with progress.
import { askBridge } from '../../bridge/ask.ts'
import type { SyncAnswer, SyncProgress } from '../../bridge/operations.ts'
import type { Command } from '../command.ts'
import { checkSlugs, configurationOf, quietLogOf } from '../configuration.ts'
import { createProgress } from '../progress.ts'
import { createSyncView } from '../sync-view.ts'
import { version } from '../version.ts'

export const sync: Command = {
  name: 'sync',
  args: '[calendar...]',
  summary: 'bring calendars in step with Outlook now (default: all)',
  options: [
    { flags: '--full', description: 'forget where the last round ended and read everything again' },
    { flags: '--accept', description: 'let the removals pass that are held back' },
  ],
  run: async (invocation) => {
    const { clock, signal, stderr, stdout } = invocation.context
    const configuration = configurationOf(invocation)
    checkSlugs(invocation.args, configuration)
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
  },
}
