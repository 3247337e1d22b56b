// `graphdav status`: how each calendar and account is, from the running server or from the data folder.
import { askBridge } from '../../bridge/ask.ts'
import type { PrintedCalendar, PrintedCredential, PrintedWrite, StatusReport } from '../../bridge/status.ts'
import type { Run } from '../command.ts'
import { configurationOf, quietLogOf } from '../configuration.ts'
import { count, printSpan, printTable } from '../table.ts'
import { version } from '../version.ts'

export const run: Run = async (invocation) => {
  const { clock, signal, stdout } = invocation.context
  const configuration = configurationOf(invocation)
  const options = { clock, log: quietLogOf(invocation), version: version() }
  const answer = await askBridge(configuration, { command: 'status', signal }, options)
  const report = answer as StatusReport // what the operation `status` returns
  stdout.write(invocation.options['json'] === true ? `${JSON.stringify(report, null, 2)}\n` : printReport(report))
  return 0
}

function printReport({ calendars, accounts, writes, feeds, credentials }: StatusReport): string {
  const rows = Object.entries(calendars).map(([slug, calendar]) => rowOf(slug, calendar))
  const people = Object.entries(accounts).map(([name, { state, mailbox }]) => [name, state, mailbox])
  const links = Object.entries(feeds).map(([name, { lastFetch, agent }]) => [name, lastFetch ?? 'never', agent])
  const ends = Object.entries(credentials).map(([name, credential]) => [name, ...cellsOf(credential)])
  return [
    printTable([['CALENDAR', 'STATE', 'AGE', 'EVENTS', 'RESOURCES', 'HELD', 'DRIFT', 'LAST ERROR'], ...rows]),
    printTable([['ACCOUNT', 'STATE', 'MAILBOX'], ...people]),
    ...(ends.length === 0 ? [] : [printTable([['ACCOUNT', 'SIGNS IN WITH', 'UNTIL', 'LEFT'], ...ends])]),
    ...(links.length === 0 ? [] : [printTable([['FEED', 'LAST FETCH', 'READER'], ...links])]),
    ...(writes.length === 0
      ? []
      : [printTable([['LAST WRITES', 'CALENDAR', 'USER', 'WHAT', 'RESULT'], ...writes.map(rowOfWrite)])]),
  ].join('\n')
}

function rowOf(slug: string, calendar: PrintedCalendar): readonly string[] {
  const { state, ageSeconds, events, resources, heldRemovals, drift, lastError } = calendar
  const age = ageSeconds === null ? 'never' : printSpan(ageSeconds)
  return [slug, state, age, ...[events, resources, heldRemovals, drift].map(String), lastError?.message ?? '']
}

function cellsOf({ kind, endsAt, daysLeft }: PrintedCredential): readonly string[] {
  const left = daysLeft < 0 ? 'none: it is over' : count(daysLeft, 'day')
  return [kind === 'certificate' ? 'certificate' : 'client secret', endsAt.slice(0, 10), left]
}

function rowOfWrite({ at, calendar, user, kind, state, steps, reason }: PrintedWrite): readonly string[] {
  const what = steps.length === 0 ? kind : `${kind}: ${steps.join(', ')}`
  return [at, calendar, user, what, reason === null ? state : `${state}: ${reason}`]
}
