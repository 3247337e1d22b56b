// A series that is made, changed and removed by a process that dies before or after one of its requests, and is started again.
import { ics, ifMatch, onlyNew, type WriteRig } from './write-rig.ts'

/** A weekly series with a cancelled date, and with the overrides given. */
export const standup = (title: string, ...overrides: readonly (readonly string[])[]): string =>
  ics(
    [
      'UID:standup@client',
      `SUMMARY:${title}`,
      'DTSTART;TZID=Europe/Berlin:20260309T090000',
      'DTEND;TZID=Europe/Berlin:20260309T091500',
      'RRULE:FREQ=WEEKLY;COUNT=8',
      'EXDATE;TZID=Europe/Berlin:20260323T090000',
    ],
    ...overrides.map((lines) => ['UID:standup@client', ...lines]),
  ).replace('BEGIN:VEVENT', `${berlin}\r\nBEGIN:VEVENT`)

const berlin = [
  'BEGIN:VTIMEZONE',
  'TZID:Europe/Berlin',
  'BEGIN:STANDARD',
  'DTSTART:19701025T030000',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
  'END:STANDARD',
  'BEGIN:DAYLIGHT',
  'DTSTART:19700329T020000',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0200',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
  'END:DAYLIGHT',
  'END:VTIMEZONE',
].join('\r\n')

/** Its second date, two hours later and with a title of its own. */
export const later = [
  'RECURRENCE-ID;TZID=Europe/Berlin:20260316T090000',
  'SUMMARY:Late standup',
  'DTSTART;TZID=Europe/Berlin:20260316T110000',
  'DTEND;TZID=Europe/Berlin:20260316T111500',
]

const first = standup('Standup', later)
const second = standup('Morning', later).replaceAll('T091500', 'T093000')

interface Write {
  readonly name: string
  readonly run: (bridge: WriteRig, etag: string) => Promise<unknown>
  /** Title that Outlook and clients show afterwards; undefined: none. */
  readonly title: string | undefined
}

const writes: readonly Write[] = [
  { name: 'create', run: (bridge) => bridge.put('standup.ics', first, onlyNew), title: 'Standup' },
  { name: 'change', run: (bridge, etag) => bridge.put('standup.ics', second, ifMatch(etag)), title: 'Morning' },
  { name: 'remove', run: (bridge, etag) => bridge.remove('standup.ics', ifMatch(etag)), title: undefined },
]

/** Dies at each `every`th point of each write, repeats it as a client does, and tells where the outcome is not the one meant. */
export async function brokenCrashPoints(bridge: WriteRig, every: number): Promise<readonly string[]> {
  const broken: string[] = []
  for (const write of writes) {
    for (let [point, isKilled] = [1, true]; isKilled; point += every) {
      if (write.name !== 'create') await bridge.put('standup.ics', first, onlyNew)
      const etag = await bridge.etag('standup.ics')
      isKilled = await bridge.isKilled(point, () => write.run(bridge, etag))
      await bridge.round()
      const told = await write.run(bridge, etag).catch(String)
      const wrong = await faultOf(bridge, write.title)
      if (wrong !== undefined)
        broken.push(`${write.name}, killed at ${point}: ${wrong} (the repeat: ${JSON.stringify(told)})`)
      for (const name of bridge.names()) await bridge.remove(name)
    }
  }
  return broken
}

async function faultOf(bridge: WriteRig, title: string | undefined): Promise<string | undefined> {
  const titles = bridge.titles().join()
  if (titles !== (title ?? '')) return `Outlook has ${titles}`
  if (bridge.names().join() !== (title === undefined ? '' : 'standup.ics')) return `served: ${bridge.names().join()}`
  const text = await bridge.text('standup.ics')
  if (title !== undefined && !text.includes('SUMMARY:Late standup')) return 'the changed date is lost'
  if (title !== undefined && !/EXDATE.*20260323T090000/.test(text)) return 'the cancelled date is back'
  const { syncToken } = bridge.mirror.state()
  await bridge.round()
  return bridge.mirror.state().syncToken === syncToken ? undefined : 'a quiet round moves the change log'
}
