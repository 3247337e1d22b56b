// `graphdav export CALENDAR`: the calendar as one iCalendar file.
import { writeFile } from 'node:fs/promises'
import { askBridge } from '../../bridge/ask.ts'
import { GraphdavError } from '../../base/errors.ts'
import type { Run } from '../command.ts'
import { configurationOf, quietLogOf } from '../configuration.ts'
import { version } from '../version.ts'

export const run: Run = async (invocation) => {
  const { clock, signal, stdout } = invocation.context
  const configuration = configurationOf(invocation)
  const options = { clock, log: quietLogOf(invocation), version: version() }
  const args = { calendar: invocation.args[0] }
  const text = String(await askBridge(configuration, { command: 'export', args, signal }, options))
  const file = invocation.options['output']
  if (typeof file === 'string') await save(file, text)
  else stdout.write(text)
  return 0
}

async function save(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { mode: 0o600 })
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason'
    throw new GraphdavError('store-io', `${file} cannot be written (${code}); choose another file`, { cause })
  }
}
