// `graphdav check`: everything that is wrong with the configuration, then each account and calendar tried once.
import { describeProblem } from '../../base/errors.ts'
import { checkAccounts, type Finding } from '../../bridge/check.ts'
import type { Run } from '../command.ts'
import { configurationOf, quietLogOf } from '../configuration.ts'
import { count } from '../table.ts'

export const run: Run = async (invocation) => {
  const { clock, signal, stdout } = invocation.context
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
  for await (const finding of checkAccounts(configuration, { clock, log: quietLogOf(invocation), signal })) {
    stdout.write(`${sentenceOfFinding(finding)}\n`)
    if (finding.kind === 'problem') problems += 1
  }
  stdout.write(problems === 0 ? 'all accounts and calendars can be read\n' : `${count(problems, 'problem')}\n`)
  return problems === 0 ? 0 : 1
}

function sentenceOfFinding(finding: Finding): string {
  switch (finding.kind) {
    case 'account': {
      const { account, owner } = finding
      if (owner === undefined) return `ok    accounts.${account}: signed in (it may not ask who it is)`
      return `ok    accounts.${account}: signed in for ${[owner.name, owner.address && `<${owner.address}>`].filter(Boolean).join(' ')}`
    }
    case 'calendar': {
      const { name, owner, canEdit } = finding.calendar
      const whose = owner.address === '' ? '' : ` of ${owner.address}`
      return `ok    calendars.${finding.slug}: "${name}"${whose}, ${canEdit ? 'may be edited' : 'read-only there'}`
    }
    case 'problem':
      return `wrong ${finding.key}: ${finding.problem}`
  }
}
