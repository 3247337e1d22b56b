// A series with a guest, a moved and a cancelled date, edited over HTTP, whatever Graph does to the changed dates of a series whose
// rule changes: the dates in Outlook are those of the client's text, and nobody gets the same mail twice.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { expandIcs } from '../oracle/expand.ts'
import { leo, mara, meeting, Meetings, withDate } from '../http/meeting-world.ts'

let meetings: Meetings
beforeAll(async () => {
  meetings = await Meetings.start()
})
afterAll(() => meetings.stop())

const people = [`ORGANIZER:mailto:${mara}`, `ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:${leo}`]
const [from, to] = ['2026-03-01T00:00:00Z', '2026-07-01T00:00:00Z']

/** Thursdays at ten from 2026-03-12; that of 03-26 is a day later, that of 04-02 is cancelled. */
const series = withDate(
  'UID:meeting@client',
  'RECURRENCE-ID;TZID=Europe/Berlin:20260326T100000',
  'SUMMARY:Meeting',
  'DTSTART;TZID=Europe/Berlin:20260327T140000',
  'DTEND;TZID=Europe/Berlin:20260327T150000',
  ...people,
)(
  meeting(
    mara,
    [leo],
    ['RRULE:FREQ=WEEKLY;BYDAY=TH;WKST=MO;UNTIL=20260630T215959Z', 'EXDATE;TZID=Europe/Berlin:20260402T100000'],
  ),
)

/** Start, end and title of the dates in Outlook, and of those that another reader finds in a text. */
function inOutlook(): readonly string[] {
  const { instances } = meetings.world.simulator.control.truth({}, { from, to })
  const time = (value: unknown): string => String(Reflect.get(Object(value), 'dateTime')).slice(0, 16)
  return instances.map((one) => `${time(one['start'])} ${time(one['end'])} ${String(one['subject'])}`).sort()
}

function inText(text: string): readonly string[] {
  const time = (instant: number): string => new Date(instant).toISOString().slice(0, 16)
  const dates = expandIcs(text, Date.parse(from), Date.parse(to))
  return dates.map(({ start, end, summary }) => `${time(start)} ${time(end)} ${summary}`).sort()
}

const london = [
  'BEGIN:VTIMEZONE',
  'TZID:Europe/London',
  'BEGIN:DAYLIGHT',
  'TZOFFSETFROM:+0000',
  'TZOFFSETTO:+0100',
  'DTSTART:19810329T010000',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
  'END:DAYLIGHT',
  'BEGIN:STANDARD',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0000',
  'DTSTART:19961027T020000',
  'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
  'END:STANDARD',
  'END:VTIMEZONE',
].join('\r\n')

const until = 'UNTIL=20260630T215959Z'
const overridden = /BEGIN:VEVENT\r\n(?:(?!END:VEVENT)[^])*RECURRENCE-ID[^]*?END:VEVENT\r\n/

const edits: readonly (readonly [string, (text: string) => string, readonly string[]])[] = [
  ['another title', (text) => text.replaceAll('SUMMARY:Meeting', 'SUMMARY:Talk'), ['update', 'update of 2026-03-26']],
  ['an earlier end', (text) => text.replace(until, 'UNTIL=20260430T215959Z'), []],
  [
    'another hour',
    (text) =>
      text
        .replaceAll('T100000', 'T110000')
        .replaceAll('T110000Z', 'T100000Z')
        .replace('DTEND;TZID=Europe/Berlin:20260312T110000', 'DTEND;TZID=Europe/Berlin:20260312T120000'),
    [],
  ],
  [
    'another zone',
    (text) =>
      text
        .replace(/(DT(?:START|END));TZID=Europe\/Berlin:20260312T/g, '$1;TZID=Europe/London:20260312T')
        .replace(/(EXDATE|RECURRENCE-ID);TZID=Europe\/Berlin/g, '$1;TZID=Europe/London')
        .replace('BEGIN:VEVENT', `${london}\r\nBEGIN:VEVENT`),
    [],
  ],
  ['a day more each week', (text) => text.replace('BYDAY=TH', 'BYDAY=MO,TH'), []],
  [
    'a longer meeting',
    (text) => text.replace('DTEND;TZID=Europe/Berlin:20260312T110000', 'DTEND;TZID=Europe/Berlin:20260312T113000'),
    [],
  ],
  ['a changed date put back', (text) => text.replace(overridden, ''), ['update of 2026-03-26']],
  [
    'a changed date deleted',
    (text) => text.replace(overridden, '').replace('EXDATE', 'EXDATE;TZID=Europe/Berlin:20260326T100000\r\nEXDATE'),
    ['cancellation of 2026-03-26'],
  ],
  ['a changed date changed again', (text) => text.replaceAll('20260327T1', '20260325T1'), ['update of 2026-03-26']],
  [
    'a date cancelled',
    (text) => text.replace('EXDATE', 'EXDATE;TZID=Europe/Berlin:20260416T100000\r\nEXDATE'),
    ['cancellation of 2026-04-16'],
  ],
]

/** Those that are missing or too many. Of a changed rule a guest hears once, and once of each date that is not as the rule says. */
function oddMails(mails: readonly string[], expected: readonly string[]): readonly string[] {
  const [must, may] = expected.length > 0 ? [expected, expected] : [['update'], ofRule]
  return [...must.filter((mail) => !mails.includes(mail)), ...mails.filter((mail) => !may.includes(mail))]
}

const ofRule = ['cancellation of 2026-04-02', 'update', 'update of 2026-03-26']

describe.each(['dropsOnChange', 'drops', 'keeps'] as const)(
  'where a changed rule %s changed dates',
  (recurrencePatch) => {
    beforeEach(async () => {
      const { simulator } = meetings.world
      simulator.setSwitches({ recurrencePatch })
      for (const { id } of meetings.events('work')) simulator.control.deleteEvent(String(id))
      await meetings.round('work')
      await meetings.put('work', 'm.ics', series)
      meetings.mails()
    })

    it.each(edits)('%s', async (_, change, expected) => {
      const wanted = change(await meetings.text('work', 'm.ics'))
      const dates = inText(wanted)
      expect(dates.length).toBeGreaterThan(5)
      expect((await meetings.put('work', 'm.ics', wanted)).status).toBe(204)
      expect([inOutlook(), inText(await meetings.text('work', 'm.ics'))]).toEqual([dates, dates])
      const mails = meetings.mails().map((mail) => mail.replace(` to ${leo}`, ''))
      expect([...mails].sort()).toEqual([...new Set(mails)].sort())
      expect(oddMails(mails, expected)).toEqual([])
      expect((await meetings.put('work', 'm.ics', wanted)).status).toBe(204)
      expect(meetings.mails()).toEqual([])
    })

    it('this and all future dates, as Apple and Thunderbird split a series', async () => {
      const text = await meetings.text('work', 'm.ics')
      const before = inText(text)
      const first = await meetings.put('work', 'm.ics', text.replace(until, 'UNTIL=20260415T215959Z'))
      const rest = meeting(mara, [leo], [`RRULE:FREQ=WEEKLY;BYDAY=TH;WKST=MO;${until}`])
        .replace('meeting@client', 'rest@client')
        .replaceAll('20260312T', '20260416T')
      const second = await meetings.put('work', 'rest.ics', rest, { 'If-None-Match': '*' })
      expect([first.status, second.status, inOutlook()]).toEqual([204, 201, before])
      const mails = meetings.mails()
      expect([mails.length, mails.at(-1)]).toEqual([new Set(mails).size, `invitation to ${leo}`])
    })
  },
)
