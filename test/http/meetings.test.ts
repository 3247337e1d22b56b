// Meetings over real HTTP: what an organizer and an invited person do in a calendar program, and whom Exchange mails for it, in
// one's own mailbox, in a shared one and in that of somebody for whom one may write.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { answering, desk, ivo, leo, mara, meeting, Meetings, noor, oda, withDate } from './meeting-world.ts'

let meetings: Meetings
beforeAll(async () => {
  meetings = await Meetings.start()
})
afterAll(() => meetings.stop())

beforeEach(async () => {
  const { control } = meetings.world.simulator
  for (const slug of ['work', 'answers', 'silent', 'desk', 'noor'] as const) {
    for (const { id } of meetings.events(slug)) control.deleteEvent(String(id))
    if ((await meetings.names(slug)).length > 0) await meetings.round(slug)
  }
  meetings.mails()
})

const guest = (address: string): string => `ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:${address}`
const without = (address: string) => (text: string) =>
  text.replace(new RegExp(`^ATTENDEE[^\r\n]*mailto:${address}\r\n`, 'im'), '')
const withLine = (line: string) => (text: string) => text.replace('END:VEVENT', `${line}\r\nEND:VEVENT`)
const titled = (title: string) => (text: string) => text.replace('SUMMARY:Meeting', `SUMMARY:${title}`)

describe('an organizer', () => {
  it('invites, adds, removes, moves and cancels: each time those hear of it whom it concerns', async () => {
    const told: (readonly [number, ...(readonly string[])])[] = []
    const note = ({ status }: { readonly status: number }): void => void told.push([status, ...meetings.mails()])
    note(await meetings.put('work', 'm.ics', meeting(mara, [leo])))
    note(await meetings.edit('work', 'm.ics', withLine(guest(ivo))))
    note(await meetings.edit('work', 'm.ics', without(leo)))
    note(await meetings.edit('work', 'm.ics', (text) => text.replaceAll('20260312T1', '20260313T1')))
    note(await meetings.edit('work', 'm.ics', (text) => text))
    note(await meetings.remove('work', 'm.ics'))
    expect(told).toEqual([
      [201, `invitation to ${leo}`],
      [204, `invitation to ${ivo}`],
      [204, `cancellation to ${leo}`],
      [204, `update to ${ivo}`],
      [204],
      [204, `cancellation to ${ivo}`],
    ])
  })

  it('says why the meeting is called off', async () => {
    await meetings.put('work', 'm.ics', meeting(mara, [leo]))
    meetings.mails()
    const { status } = await meetings.edit('work', 'm.ics', (text) =>
      withLine('COMMENT:No budget')(text.replace('STATUS:CONFIRMED', 'STATUS:CANCELLED')),
    )
    expect([status, meetings.mails(), meetings.titles('work')]).toEqual([
      204,
      [`cancellation to ${leo} saying No budget`],
      [],
    ])
  })

  it('invites to a series with a changed and a cancelled date: one invitation, no corrections of it', async () => {
    const rule = 'RRULE:FREQ=WEEKLY;BYDAY=TH;WKST=MO'
    const series = meeting(mara, [leo], [rule, 'EXDATE;TZID=Europe/Berlin:20260319T100000'])
    const changed = withDate(
      'UID:meeting@client',
      'RECURRENCE-ID;TZID=Europe/Berlin:20260326T100000',
      'SUMMARY:Meeting in the hall',
      'DTSTART;TZID=Europe/Berlin:20260326T130000',
      'DTEND;TZID=Europe/Berlin:20260326T140000',
      `ORGANIZER:mailto:${mara}`,
      guest(leo),
    )(series)
    const { status } = await meetings.put('work', 'm.ics', changed)
    expect([status, meetings.mails()]).toEqual([201, [`invitation to ${leo}`]])
    const back = await meetings.edit('work', 'm.ics', (text) => text)
    expect([back.status, meetings.mails()]).toEqual([204, []])
  })

  it('cannot answer for a guest', async () => {
    await meetings.put('work', 'm.ics', meeting(mara, [leo]))
    meetings.mails()
    const { status } = await meetings.edit('work', 'm.ics', answering('ACCEPTED', leo))
    expect([status, meetings.mails()]).toEqual([204, []])
    expect(await meetings.text('work', 'm.ics')).toContain('PARTSTAT=NEEDS-ACTION')
  })

  it('sees the answer that a guest gave in another program, and the guest sees the change', async () => {
    await meetings.put('work', 'm.ics', meeting(mara, [noor]))
    await meetings.round('noor')
    const [copy = ''] = await meetings.names('noor')
    meetings.mails()
    await meetings.edit('noor', copy, answering('ACCEPTED', noor))
    expect(meetings.mails()).toEqual([`accepted to ${mara} from ${noor}`])
    await meetings.round('work')
    expect(await meetings.text('work', 'm.ics')).toMatch(new RegExp(`PARTSTAT=ACCEPTED[^:]*:mailto:${noor}`))
    await meetings.edit('work', 'm.ics', titled('Talk'))
    await meetings.round('noor')
    expect(await meetings.text('noor', copy)).toContain('SUMMARY:Talk')
    expect(meetings.mails()).toEqual([`update to ${noor}`])
  })
})

const weekly = {
  recurrence: {
    pattern: { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'], firstDayOfWeek: 'monday' },
    range: { type: 'noEnd', startDate: '2026-03-10' },
  },
}

describe.each([
  ['in the own mailbox', 'work', mara, ['ACCEPTED', 'TENTATIVE', 'DECLINED']],
  ['in a shared mailbox', 'desk', desk, ['ACCEPTED']],
  ['in the mailbox of somebody for whom one may write', 'noor', noor, ['DECLINED']],
] as const)('an invited person %s', (_, slug, own, answers) => {
  const from = own === mara ? '' : ` from ${own}`

  it.each(answers)('answers %s, and the organizer hears it once', async (partstat) => {
    const kind = { ACCEPTED: 'accepted', TENTATIVE: 'tentativelyAccepted', DECLINED: 'declined' }[partstat]
    const name = await meetings.invite(slug, own)
    const { status } = await meetings.edit(slug, name, (text) =>
      withLine('COMMENT:As told')(answering(partstat, own)(text)),
    )
    expect([status, meetings.mails()]).toEqual([204, [`${kind} to ${oda}${from} saying As told`]])
    await meetings.edit(slug, name, (text) => (text === '' ? meeting(own, []) : text))
    expect(meetings.mails()).toEqual([])
  })

  it('answers for one date of a series', async () => {
    const name = await meetings.invite(slug, own, weekly)
    const answer = (date: string, partstat: string) =>
      withDate(
        `UID:${/^UID:(.*)$/m.exec(series)?.[1] ?? ''}`,
        `RECURRENCE-ID;TZID=Europe/Berlin:${date}T090000`,
        'SUMMARY:Their meeting',
        `DTSTART;TZID=Europe/Berlin:${date}T090000`,
        `DTEND;TZID=Europe/Berlin:${date}T100000`,
        `ORGANIZER:mailto:${oda}`,
        `ATTENDEE;PARTSTAT=${partstat}:mailto:${own}`,
        `ATTENDEE:mailto:${leo}`,
        'COMMENT:On leave',
      )
    const series = (await meetings.text(slug, name)).replaceAll('\r', '')
    const { status } = await meetings.edit(slug, name, (text) =>
      answer('20260324', 'TENTATIVE')(answer('20260317', 'DECLINED')(text)),
    )
    expect([status, [...meetings.mails()].sort()]).toEqual([
      204,
      [
        `declined to ${oda}${from} of 2026-03-17 saying On leave`,
        `tentativelyAccepted to ${oda}${from} of 2026-03-24 saying On leave`,
      ],
    ])
    const text = await meetings.text(slug, name)
    expect([text.includes('EXDATE;TZID=Europe/Berlin:20260317T090000'), text.includes('PARTSTAT=TENTATIVE')]).toEqual([
      true,
      true,
    ])
  })

  it('changes only what is personal, and is shown the truth', async () => {
    const name = await meetings.invite(slug, own)
    const before = await meetings.text(slug, name)
    const { status } = await meetings.edit(slug, name, (text) =>
      text
        .replace('SUMMARY:Their meeting', 'SUMMARY:Mine\r\nCATEGORIES:Sales\r\nLOCATION:Here')
        .replaceAll('T090000', 'T120000')
        .replaceAll('T100000', 'T130000')
        .replace(/^ATTENDEE[^\r\n]*leo[^\r\n]*\r\n/m, ''),
    )
    expect([status, meetings.mails()]).toEqual([204, []])
    const after = await meetings.text(slug, name)
    expect(linesOf(after)).toEqual([...linesOf(before), 'CATEGORIES:Sales'].sort())
  })

  it('removes the copy with a word to the organizer, or without one', async () => {
    const name = await meetings.invite(slug, own)
    expect([(await meetings.remove(slug, name)).status, meetings.mails()]).toEqual([204, [`declined to ${oda}${from}`]])
    const again = await meetings.invite(slug, own)
    const quiet = await meetings.remove(slug, again, { 'Schedule-Reply': 'F' })
    expect([quiet.status, meetings.mails(), meetings.titles(slug)]).toEqual([204, [], []])
  })
})

/** The lines of a text but those that tell of its version, sorted. */
function linesOf(text: string): readonly string[] {
  const lines = text.split('\r\n').filter((line) => !/^(?:SEQUENCE|DTSTAMP|LAST-MODIFIED):/.test(line))
  return lines.sort()
}

describe('an invitation', () => {
  it('to a series with a date that its organizer moved is accepted with one answer, and is busy then', async () => {
    const name = await meetings.invite('work', mara, weekly)
    const { control } = meetings.world.simulator
    control.updateInstance(String(meetings.events('work')[0]?.['id']), '2026-03-17', {
      start: { dateTime: '2026-03-18T10:00:00', timeZone: 'UTC' },
      end: { dateTime: '2026-03-18T11:00:00', timeZone: 'UTC' },
    })
    await meetings.round('work')
    expect((await meetings.edit('work', name, answering('ACCEPTED', mara))).status).toBe(204)
    expect([meetings.mails(), meetings.events('work')]).toMatchObject([[`accepted to ${oda}`], [{ showAs: 'busy' }]])
    expect(await meetings.text('work', name)).not.toContain('TENTATIVE')
  })

  it('to a group is answered by the person whom a client adds to the list', async () => {
    const attendees = [{ type: 'required', emailAddress: { name: 'All', address: 'all@fabrikam.example' } }]
    const name = await meetings.invite('work', mara, { attendees })
    const accepted = withLine(`ATTENDEE;PARTSTAT=ACCEPTED:mailto:${mara}`)
    const { status } = await meetings.edit('work', name, accepted)
    expect([status, meetings.mails()]).toEqual([204, [`accepted to ${oda}`]])
    expect([(await meetings.edit('work', name, accepted)).status, meetings.mails()]).toEqual([204, []])
    expect(meetings.events('work')).toMatchObject([{ responseStatus: { response: 'accepted' } }])
  })
})

describe('the organizer is the calendar’s mailbox', () => {
  it.each([
    ['its own address', desk],
    ['the address of the person at the client', mara],
  ])('who invites in a shared calendar as %s invites as that mailbox', async (_, organizer) => {
    const { status } = await meetings.put('desk', 'm.ics', meeting(organizer, [leo]))
    expect([status, meetings.mails()]).toEqual([201, [`invitation to ${leo} from ${desk}`]])
    expect(await meetings.text('desk', 'm.ics')).toContain(`mailto:${desk}`)
    expect((await meetings.edit('desk', 'm.ics', (text) => withLine(guest(ivo))(text))).status).toBe(204)
    expect(meetings.mails()).toEqual([`invitation to ${ivo} from ${desk}`])
    expect((await meetings.remove('desk', 'm.ics')).status).toBe(204)
    expect(meetings.mails()).toEqual([`cancellation to ${leo}, ${ivo} from ${desk}`])
  })

  it('a meeting that is made again in another calendar is refused: its guests would be invited once more', async () => {
    await meetings.put('work', 'm.ics', meeting(mara, [leo]))
    meetings.mails()
    const { status, sentence, body } = await meetings.put('desk', 'm.ics', meeting(mara, [leo]))
    expect([status, sentence, meetings.mails(), meetings.titles('desk')]).toEqual([
      403,
      'this meeting is in another of your calendars; Outlook cannot move it without cancelling it',
      [],
      [],
    ])
    const holder = '<D:href>/dav/calendars/alice/work/m.ics</D:href>'
    expect(body).toContain(`<C:unique-scheduling-object-resource>${holder}</C:unique-scheduling-object-resource>`)
  })

  it('a stranger’s meeting that is imported is stored without its people', async () => {
    const { status } = await meetings.put('work', 'm.ics', meeting(oda, [leo, mara]))
    expect([status, meetings.mails(), meetings.titles('work')]).toEqual([201, [], ['Meeting']])
    expect(await meetings.text('work', 'm.ics')).not.toContain('ATTENDEE')
  })
})

describe('a wish for silence', () => {
  it('SCHEDULE-AGENT=CLIENT and NONE: that guest is given back, and Outlook never hears of it', async () => {
    const own = [`ATTENDEE;SCHEDULE-AGENT=CLIENT:mailto:${leo}`, `ATTENDEE;SCHEDULE-AGENT=NONE:mailto:${ivo}`]
    const { status } = await meetings.put('work', 'm.ics', meeting(mara, [], own))
    expect([status, meetings.mails(), meetings.events('work')[0]?.['attendees']]).toEqual([201, [], []])
    const text = await meetings.text('work', 'm.ics')
    expect(own.filter((line) => text.includes(line))).toEqual(own)
    expect([(await meetings.edit('work', 'm.ics', titled('Talk'))).status, meetings.mails()]).toEqual([204, []])
  })

  it.each([
    ['the organizer line', (text: string) => text.replace('ORGANIZER', 'ORGANIZER;SCHEDULE-AGENT=CLIENT')],
    ['Thunderbird', withLine('X-MOZ-SEND-INVITATIONS:FALSE')],
  ])('an answer that %s wants unsent is noted and not sent', async (_, quiet) => {
    const name = await meetings.invite('work', mara)
    const { status } = await meetings.edit('work', name, (text) => quiet(answering('ACCEPTED', mara)(text)))
    expect([status, meetings.mails(), meetings.events('work')[0]?.['responseStatus']]).toMatchObject([
      204,
      [],
      { response: 'accepted' },
    ])
  })

  it('an answer that the organizer does not want counts in the own calendar only', async () => {
    const unasked = { responseRequested: false }
    const accepted = await meetings.invite('work', mara, unasked)
    expect((await meetings.edit('work', accepted, answering('ACCEPTED', mara))).status).toBe(204)
    expect(meetings.events('work')).toMatchObject([{ showAs: 'busy' }])
    await meetings.remove('work', accepted)
    const declined = await meetings.invite('work', mara, unasked)
    expect((await meetings.edit('work', declined, answering('DECLINED', mara))).status).toBe(204)
    expect([meetings.mails(), meetings.titles('work')]).toEqual([[], []])
  })

  it('a PUT with Schedule-Reply: F answers without a mail', async () => {
    const name = await meetings.invite('work', mara)
    const { status } = await meetings.edit('work', name, answering('ACCEPTED', mara), { 'Schedule-Reply': 'F' })
    expect([status, meetings.mails()]).toEqual([204, []])
  })

  it('a change of a meeting that nobody shall hear of is refused, as Outlook always tells', async () => {
    await meetings.put('work', 'm.ics', meeting(mara, [leo]))
    meetings.mails()
    const silent = (text: string): string => text.replaceAll('ATTENDEE', 'ATTENDEE;SCHEDULE-AGENT=CLIENT')
    const { status, sentence } = await meetings.edit('work', 'm.ics', (text) => silent(titled('Talk')(text)))
    expect([status, sentence]).toEqual([403, 'Outlook cannot change a meeting without sending mail to its attendees'])
    expect([meetings.mails(), meetings.titles('work')]).toEqual([[], ['Meeting']])
  })
})

const switchedOff = 'this change would send mail to the attendees, which is switched off for this calendar'

describe.each([
  ['respond-only', 'answers'],
  ['never', 'silent'],
] as const)('invitations: %s', (policy, slug) => {
  it('refuses what would mail guests, before anything is sent', async () => {
    const { status, sentence, body } = await meetings.put(slug, 'm.ics', meeting(mara, [leo]))
    expect([status, sentence, body.includes('<D:need-privileges>')]).toEqual([403, switchedOff, true])
    expect([meetings.mails(), meetings.titles(slug)]).toEqual([[], []])
  })

  it('lets a meeting made in Outlook have a category and a reminder, and no other title or end', async () => {
    const { control } = meetings.world.simulator
    control.createEvent(
      { calendar: slug === 'answers' ? 'Personal' : 'Harbour' },
      {
        subject: 'Meeting',
        start: { dateTime: '2026-03-12T10:00:00', timeZone: 'UTC' },
        end: { dateTime: '2026-03-12T11:00:00', timeZone: 'UTC' },
        attendees: [{ type: 'required', emailAddress: { name: 'Leo', address: leo } }],
      },
    )
    await meetings.round(slug)
    const [name = ''] = await meetings.names(slug)
    expect((await meetings.edit(slug, name, withLine('CATEGORIES:Mine'))).status).toBe(204)
    const refused = [
      await meetings.edit(slug, name, titled('Talk')),
      await meetings.edit(slug, name, without(leo)),
      await meetings.edit(slug, name, withLine(guest(ivo))),
      await meetings.remove(slug, name),
    ]
    expect(refused.map(({ status, sentence }) => [status, sentence])).toEqual(refused.map(() => [403, switchedOff]))
    expect([meetings.mails(), meetings.titles(slug)]).toEqual([[], ['Meeting']])
  })

  it('lets an answer through, or notes it without sending it', async () => {
    const name = await meetings.invite(slug, mara)
    expect((await meetings.edit(slug, name, answering('ACCEPTED', mara))).status).toBe(204)
    const answer = policy === 'never' ? [] : [`accepted to ${oda}`]
    expect([meetings.mails(), meetings.events(slug)[0]?.['responseStatus']]).toMatchObject([
      answer,
      { response: 'accepted' },
    ])
    expect((await meetings.remove(slug, name)).status).toBe(204)
    expect(meetings.mails()).toEqual(policy === 'never' ? [] : [`declined to ${oda}`])
  })
})

describe('a proposal of another time', () => {
  it('X-MICROSOFT-DISALLOW-COUNTER is the organizer’s, and goes both ways', async () => {
    const { status } = await meetings.put('work', 'm.ics', meeting(mara, [leo], ['X-MICROSOFT-DISALLOW-COUNTER:TRUE']))
    expect([status, meetings.events('work')[0]?.['allowNewTimeProposals']]).toEqual([201, false])
    expect(await meetings.text('work', 'm.ics')).toContain('X-MICROSOFT-DISALLOW-COUNTER:TRUE')
  })

  it('by dragging an invitation is none: the meeting stays where its organizer has it, and nobody hears of it', async () => {
    const name = await meetings.invite('work', mara)
    const { status } = await meetings.edit('work', name, (text) => text.replaceAll('20260310T', '20260311T'))
    expect([status, meetings.mails()]).toEqual([204, []])
    expect(await meetings.text('work', name)).toContain('DTSTART;TZID=Europe/Berlin:20260310T090000')
  })
})

describe('an answer of Outlook that is lost', () => {
  const lose = (method: string): void => {
    world().faults.add({ method, when: 'after', effect: { kind: 'drop' } })
  }
  const world = () => meetings.world.simulator
  afterEach(() => world().faults.clear())

  /** Repeats until it is done, as a client does; the statuses. */
  async function repeated(write: () => Promise<{ readonly status: number }>): Promise<readonly number[]> {
    const statuses: number[] = []
    for (let attempt = 0; attempt < 3 && !statuses.some((status) => status !== 503); attempt += 1) {
      statuses.push((await write()).status)
    }
    return statuses
  }

  it.each([
    ['inviting', 'POST', [`invitation to ${leo}`], () => meetings.put('work', 'new.ics', meeting(mara, [leo]))],
    [
      'another title',
      'PATCH',
      [`update to ${leo}`],
      (text: string) => meetings.put('work', 'm.ics', titled('Talk')(text)),
    ],
    [
      'one more guest',
      'PATCH',
      [`invitation to ${ivo}`],
      (text: string) => meetings.put('work', 'm.ics', withLine(guest(ivo))(text)),
    ],
    ['the end of it', 'DELETE', [`cancellation to ${leo}`], () => meetings.remove('work', 'm.ics')],
  ] as const)('%s mails nobody twice', async (what, method, mails, write) => {
    if (what !== 'inviting') await meetings.put('work', 'm.ics', meeting(mara, [leo]))
    const text = await meetings.text('work', 'm.ics')
    meetings.mails()
    lose(method)
    const statuses = await repeated(() => write(text))
    expect([statuses.at(-1), meetings.mails()]).toEqual([what === 'inviting' ? 201 : 204, mails])
  })

  it.each(['ACCEPTED', 'DECLINED'])('to an invitation: %s is said once', async (partstat) => {
    const name = await meetings.invite('work', mara)
    const text = answering(partstat, mara)(await meetings.text('work', name))
    lose('POST')
    const statuses = await repeated(() => meetings.put('work', name, text))
    expect([statuses, meetings.mails().length]).toEqual([[503, 204], 1])
  })
})
