// Meetings: what a client's PUT and DELETE make Exchange mail to other people, seen in the tenant's outbox.
import { afterEach, describe, expect, it } from 'vitest'
import { anyhow, ifMatch, ics, onlyNew, WriteRig, type WriteRigOptions } from './write-rig.ts'

let rig: WriteRig | undefined
afterEach(async () => {
  await rig?.stop()
  rig = undefined
})

const jun = { name: 'Jun', address: 'jun@adatum.example' }

async function start(options: WriteRigOptions = {}): Promise<{ bridge: WriteRig; own: string }> {
  rig = await WriteRig.start(options)
  return { bridge: rig, own: rig.tenant.control.calendars()[0]?.address ?? '' }
}

async function invited(
  options: WriteRigOptions = {},
  more: Readonly<Record<string, unknown>> = {},
): Promise<{ bridge: WriteRig; name: string; own: string }> {
  const { bridge, own } = await start(options)
  bridge.tenant.control.createEvent(
    {},
    {
      subject: 'Their meeting',
      start: { dateTime: '2026-03-10T09:00:00', timeZone: 'UTC' },
      end: { dateTime: '2026-03-10T10:00:00', timeZone: 'UTC' },
      organizer: { emailAddress: jun },
      isOrganizer: false,
      responseStatus: { response: 'notResponded' },
      attendees: [{ type: 'required', emailAddress: { name: '', address: own }, status: { response: 'none' } }],
      ...more,
    },
  )
  await bridge.round()
  return { bridge, name: bridge.names()[0] ?? '', own }
}

function mails({ tenant }: WriteRig): readonly string[] {
  return tenant.outbox.map(({ kind, to }) => `${kind} to ${to.join()}`)
}

function answered(text: string, own: string, partstat: string): string {
  const unfolded = text.replaceAll('\r\n ', '')
  return unfolded.replaceAll(/^ATTENDEE.*$/gm, (line) =>
    line.toLowerCase().includes(own.toLowerCase()) ? `ATTENDEE;PARTSTAT=${partstat}:mailto:${own}` : line,
  )
}

describe('an invited person', () => {
  it.each([
    ['ACCEPTED', 'accepted'],
    ['TENTATIVE', 'tentativelyAccepted'],
  ])('answers %s, and the organizer hears it', async (partstat, response) => {
    const { bridge, name, own } = await invited()
    const text = answered(await bridge.text(name), own, partstat)
    await bridge.put(name, text, ifMatch(await bridge.etag(name)))
    expect(mails(bridge)).toEqual([`${response} to ${jun.address}`])
    expect(await bridge.text(name)).toContain(`PARTSTAT=${partstat}`)
    const { syncToken } = bridge.mirror.state()
    await bridge.round()
    expect(bridge.mirror.state().syncToken).toBe(syncToken)
  })

  it.each([
    ['kept', 1],
    ['removed', 0],
  ] as const)('who declines has the meeting %s, as Exchange does it', async (declined, left) => {
    const { bridge, name, own } = await invited({ simulator: { switches: { declined } } })
    const text = answered(await bridge.text(name), own, 'DECLINED')
    await bridge.put(name, text, ifMatch(await bridge.etag(name)))
    expect(mails(bridge)).toEqual([`declined to ${jun.address}`])
    expect([bridge.titles().length, bridge.names().length]).toEqual([left, left])
    expect(bridge.journal.lastOf('work', name)).toMatchObject({ state: 'done' })
  })

  it('who removes the meeting declines it', async () => {
    const { bridge, name } = await invited()
    await bridge.remove(name, anyhow)
    expect(mails(bridge)).toEqual([`declined to ${jun.address}`])
    expect([bridge.titles(), bridge.names()]).toEqual([[], []])
  })

  it('who clears a meeting away that is over says nothing to its organizer', async () => {
    const { bridge, name } = await invited()
    bridge.clock.advance(30 * 86_400_000)
    await bridge.remove(name, anyhow)
    expect([mails(bridge), bridge.titles()]).toEqual([[], []])
  })

  it.each([
    ['is over', 'endDate', '2026-03-24', []],
    ['is over by number', 'numbered', '2026-03-24', []],
    ['goes on', 'endDate', '2026-05-24', [`declined to ${jun.address}`]],
    ['has no end', 'noEnd', '0001-01-01', [`declined to ${jun.address}`]],
  ])('who clears a series away that %s', async (_, type, endDate, told) => {
    const pattern = { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'], firstDayOfWeek: 'monday' }
    const range = { type, startDate: '2026-03-10', endDate, recurrenceTimeZone: 'UTC', numberOfOccurrences: 3 }
    const { bridge, name } = await invited({}, { recurrence: { pattern, range } })
    bridge.clock.advance(40 * 86_400_000)
    await bridge.remove(name, anyhow)
    expect([mails(bridge), bridge.titles()]).toEqual([told, []])
  })

  it('who clears one date of a series away tells it of a coming one only', async () => {
    const pattern = { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'], firstDayOfWeek: 'monday' }
    const range = { type: 'noEnd', startDate: '2026-03-10', endDate: '0001-01-01', recurrenceTimeZone: 'UTC' }
    const { bridge, name } = await invited({}, { recurrence: { pattern, range } })
    bridge.clock.advance(20 * 86_400_000)
    const without = (text: string, day: string): string => text.replace('RRULE:', `EXDATE:${day}T090000Z\r\nRRULE:`)
    await bridge.put(name, without(await bridge.text(name), '20260317'), anyhow)
    expect(mails(bridge)).toEqual([])
    await bridge.put(name, without(await bridge.text(name), '20260324'), anyhow)
    expect(mails(bridge)).toEqual([`declined to ${jun.address}`])
  })

  it('answers silently where mail is switched off', async () => {
    const { bridge, name, own } = await invited({ invitations: 'never' })
    const text = answered(await bridge.text(name), own, 'ACCEPTED')
    await bridge.put(name, text, ifMatch(await bridge.etag(name))).catch(() => undefined)
    expect(mails(bridge)).toEqual([])
  })

  it('changes nothing of the organizer’s, and is shown the true text', async () => {
    const { bridge, name } = await invited()
    const before = await bridge.text(name)
    const text = before.replace('SUMMARY:Their meeting', 'SUMMARY:My meeting')
    await bridge.put(name, text, ifMatch(await bridge.etag(name))).catch(() => undefined)
    expect([bridge.titles(), mails(bridge)]).toEqual([['Their meeting'], []])
    expect(await bridge.text(name)).toBe(before)
  })
})

describe('an organizer', () => {
  const meeting = (own: string, title: string, guests: readonly string[]): string =>
    ics([
      'UID:meeting@client',
      `SUMMARY:${title}`,
      'DTSTART:20260310T110000Z',
      'DTEND:20260310T120000Z',
      `ORGANIZER:mailto:${own}`,
      ...guests.map((guest) => `ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:${guest}`),
    ])

  it('invites, changes and cancels, each with its one mail', async () => {
    const { bridge, own } = await start()
    const { etag } = await bridge.put('m.ics', meeting(own, 'Meeting', [jun.address]), onlyNew)
    await bridge.put('m.ics', meeting(own, 'Meeting', [jun.address]), anyhow)
    await bridge.put('m.ics', meeting(own, 'Talk', [jun.address]), ifMatch(etag))
    await bridge.remove('m.ics')
    expect(mails(bridge)).toEqual(['invitation', 'update', 'cancellation'].map((kind) => `${kind} to ${jun.address}`))
  })

  it.each(['respond-only', 'never'] as const)('invites nobody where the policy is %s', async (invitations) => {
    const { bridge, own } = await start({ invitations })
    const refused = { code: 'forbidden' }
    await expect(bridge.put('m.ics', meeting(own, 'Meeting', [jun.address]), onlyNew)).rejects.toMatchObject(refused)
    expect([bridge.titles(), mails(bridge)]).toEqual([[], []])
  })
})
