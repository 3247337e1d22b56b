import { describe, expect, it } from 'vitest'
import { rightsGap } from '../../src/graph/rights.ts'

describe('granted rights', () => {
  it.each([
    [['User.Read', 'Calendars.Read', 'offline_access'], ['User.Read', 'Calendars.Read'], [], []],
    [['Calendars.ReadWrite'], ['Calendars.Read'], ['Calendars.ReadWrite'], ['Calendars.Read']],
    [['Calendars.Read'], ['Calendars.ReadWrite'], [], ['Calendars.ReadWrite']],
    [['Calendars.Read', 'Calendars.Read.Shared'], ['Calendars.Read.Shared'], [], []],
    [['Calendars.Read'], [], ['Calendars.Read'], []],
    [['Calendars.Read'], ['Calendars.ReadBasic'], ['Calendars.Read'], ['Calendars.ReadBasic']],
    [['Group.Read.All'], ['Group.ReadWrite.All', 'Mail.Read'], [], ['Group.ReadWrite.All', 'Mail.Read']],
    [['User.Read'], ['openid', 'profile', 'email', 'offline_access', 'User.Read'], [], []],
    [['Calendars.Read'], ['Calendars.Read', 'User.Read.All', 'MailboxSettings.Read'], [], []],
  ])('needed %j, granted %j: missing %j, superfluous %j', (needed, granted, missing, superfluous) => {
    expect(rightsGap(needed, granted)).toEqual({ missing, superfluous })
  })
})
