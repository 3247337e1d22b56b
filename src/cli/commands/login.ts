// `graphdav login ACCOUNT`: signs a person in with a code that is entered on another device.
import { login } from '../../bridge/login.ts'
import type { Run } from '../command.ts'
import { configurationOf } from '../configuration.ts'
import { createProgress } from '../progress.ts'
import { count, oneLine } from '../table.ts'

export const run: Run = async (invocation) => {
  const [account = ''] = invocation.args
  const { clock, signal, stdout, stderr } = invocation.context
  const configuration = configurationOf(invocation)
  const progress = createProgress(stderr, clock)
  const { person, isTakenUp } = await login(configuration, account, {
    clock,
    signal,
    onPrompt: ({ url, code }) =>
      stdout.write(
        `To sign in for the account ${account}, open this page on any device:\n\n  ${url}\n\nand enter this code: ${code}\n\n`,
      ),
    onWaiting: (leftMs) =>
      progress.show(`waiting; the code is good for ${count(Math.ceil(leftMs / 60_000), 'minute')} (Ctrl-C stops)`),
  }).finally(() => progress.end())
  const who = person.username === '' ? '' : ` as ${oneLine(person.username)}`
  stdout.write(`signed in${who} for the account ${account}\n`)
  if (isTakenUp) stdout.write('the running server takes it up now\n')
  const isUsed = [...configuration.calendars.values()].some((calendar) => calendar.account === account)
  stdout.write(
    isUsed
      ? 'next: `graphdav check` tries its calendars\n'
      : `next: \`graphdav calendars ${account}\` prints its calendars, to paste into the configuration\n`,
  )
  return 0
}
