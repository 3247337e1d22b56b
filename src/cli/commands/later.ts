// Commands of the contract that a later version brings. They are answered honestly, and the help does not list them.
import { GraphdavError } from '../../base/errors.ts'
import type { Command } from '../command.ts'

const later: Readonly<Record<string, string>> = {
  login: 'accounts sign in with `auth.kind: access-token`',
  calendars: '`graphdav check` shows which calendars are found',
  explain: '`graphdav export CALENDAR` shows what is served',
  backup: 'stop the server and copy the data folder',
  restore: 'stop the server and put the copy of the data folder back',
}

export const laterCommands: readonly Command[] = Object.entries(later).map(([name, instead]) => ({
  name,
  args: '[args...]',
  summary: '',
  isHidden: true,
  run: () => {
    throw new GraphdavError('usage', `${name} is not yet available in this version; until then: ${instead}`)
  },
}))
