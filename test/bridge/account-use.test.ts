// From the configuration as it is written to the rights of each account: nothing of another account counts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { useOf } from '../../src/bridge/account-use.ts'
import { loadConfiguration } from '../../src/config/load.ts'
import { neededRights } from '../../src/graph/rights.ts'

const folder = mkdtempSync(join(tmpdir(), 'graphdav-use-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** The rights of `home` and `office`, `office` being the mailbox of somebody else. */
function rightsOf(calendars: string, users = ''): readonly (readonly string[])[] {
  const file = join(folder, 'graphdav.yaml')
  const auth = 'auth: { kind: device-code, tenant: consumers, clientId: app }'
  const accounts = `home: { ${auth} }, office: { mailbox: desk@contoso.example, ${auth} }`
  writeFileSync(file, `accounts: { ${accounts} }\ncalendars: { ${calendars} }\nusers: { ${users} }\n`)
  const configuration = loadConfiguration(file, { env: {} })
  return [...configuration.accounts.values()].map((account) => neededRights('person', useOf(configuration, account)))
}

describe('the rights of an account', () => {
  it.each([
    ['no calendar', '', '', 'Calendars.Read', 'Calendars.Read.Shared'],
    ['one that is read', 'a: { account: home, source: default }', '', 'Calendars.Read', 'Calendars.Read.Shared'],
    [
      'one that is written, in the other account',
      'a: { account: home, source: default }, b: { account: office, source: default, access: read-write }',
      '',
      'Calendars.Read',
      'Calendars.ReadWrite.Shared',
    ],
    [
      'a user who may make calendars',
      'a: { account: home, source: default }',
      'alice: { password: a-plain-one, calendars: all, create: home }',
      'Calendars.ReadWrite',
      'Calendars.Read.Shared',
    ],
  ])('with %s', (_, calendars, users, home, office) => {
    expect(rightsOf(calendars, users)).toEqual([home, office].map((right) => ['User.Read', right, 'offline_access']))
  })
})
