// `graphdav check`: everything that is wrong with the configuration, then each account and calendar tried once.
import { DateTime } from 'luxon'
import '../../base/zones.ts'
import { describeProblem } from '../../base/errors.ts'
import { checkAccounts, endIsNearDays, type Finding } from '../../bridge/check.ts'
import { certificateProblem } from '../../bridge/listening.ts'
import { proxyProblem } from '../../bridge/proxy.ts'
import type { Run } from '../command.ts'
import { configurationOf, quietLogOf } from '../configuration.ts'
import { count, oneLine } from '../table.ts'

export const run: Run = async (invocation) => {
  const { clock, env, signal, stdout } = invocation.context
  const configuration = configurationOf(invocation)
  const { accounts, calendars, feeds, users } = configuration
  const parts = [
    count(accounts.size, 'account'),
    count(calendars.size, 'calendar'),
    count(feeds.length, 'feed'),
    count(users.size, 'user'),
  ]
  stdout.write(`${invocation.configFile} is right: ${parts.join(', ')}\n`)
  for (const warning of configuration.warnings) stdout.write(`note  ${describeProblem(warning)}\n`)
  let problems = 0
  const proxy = proxyProblem(env, { version: process.versions.node, execArgv: process.execArgv })
  if (proxy !== undefined) stdout.write(`note  ${proxy}\n`)
  const certificate = certificateProblem(configuration.server, clock.now())
  if (certificate !== undefined) stdout.write(`${certificate.hasEnded ? 'wrong' : 'note '} ${certificate.sentence}\n`)
  if (certificate?.hasEnded === true) problems += 1
  for await (const finding of checkAccounts(configuration, { clock, log: quietLogOf(invocation), signal })) {
    for (const line of linesOf(finding)) stdout.write(`${oneLine(line)}\n`)
    if (isWrong(finding)) problems += 1
  }
  stdout.write(problems === 0 ? 'all accounts and calendars can be read\n' : `${count(problems, 'problem')}\n`)
  return problems === 0 ? 0 : 1
}

type Found<Kind extends Finding['kind']> = Extract<Finding, { readonly kind: Kind }>

function linesOf(finding: Finding): readonly string[] {
  switch (finding.kind) {
    case 'account': {
      const { account, rights } = finding
      const { needed, granted } = rights
      return [
        `ok    accounts.${account}: signed in ${whoseMailbox(finding)}${rights.who === 'person' ? '' : ', as an application'}`,
        `      rights needed: ${needed.join(', ')}`,
        `      rights granted: ${granted === undefined ? 'not told' : wordsOf(granted)}`,
      ]
    }
    case 'reach':
      return [`      can reach: ${wordsOf(finding.calendars.map(nameOf))}`]
    case 'end': {
      const { account, endsAt, daysLeft } = finding
      const key = `accounts.${account}.auth.${finding.key}`
      if (daysLeft < 0) return [`wrong ${key}: it ended on ${dayOf(endsAt)}; ${renewal}`]
      const says = `it ends on ${dayOf(endsAt)}, in ${count(daysLeft, 'day')}`
      return [daysLeft < endIsNearDays ? `note  ${key}: ${says}; ${renewal}` : `ok    ${key}: ${says}`]
    }
    case 'calendar': {
      const { name, owner, canEdit } = finding.calendar
      const whose = owner.address === '' ? '' : ` of ${owner.address}`
      return [`ok    calendars.${finding.slug}: "${name}"${whose}, ${canEdit ? 'may be edited' : 'read-only there'}`]
    }
    case 'note':
      return [`note  ${finding.key}: ${finding.note}`]
    case 'problem':
      return [`wrong ${finding.key}: ${finding.problem}`]
  }
}

const renewal = 'make the next one in Entra first, then put it into the configuration'

function isWrong(finding: Finding): boolean {
  return finding.kind === 'problem' || (finding.kind === 'end' && finding.daysLeft < 0)
}

function whoseMailbox({ mailbox, owner }: Found<'account'>): string {
  if (owner !== undefined) return `for ${[owner.name, owner.address && `<${owner.address}>`].filter(Boolean).join(' ')}`
  return mailbox === 'me' ? '(it may not ask who it is)' : `for ${mailbox} (it may not ask who that is)`
}

function nameOf({ name, owner, isDefault, canEdit }: Found<'reach'>['calendars'][number]): string {
  const facts = [isDefault ? 'default' : '', owner.address && `of ${owner.address}`, canEdit ? '' : 'read-only']
  return `"${name}" (${facts.filter(Boolean).join(', ')})`
}

function wordsOf(words: readonly string[]): string {
  return words.length === 0 ? 'none' : words.join(', ')
}

function dayOf(instant: number): string {
  return DateTime.fromMillis(instant, { zone: 'utc' }).toISODate() ?? ''
}
