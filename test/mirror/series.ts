// Series as sync gives them to the mirror, and a small renderer.
import { GraphdavError } from '../../src/base/errors.ts'
import { silentLog } from '../../src/base/log.ts'
import { Mirror, type MirrorOptions, type Render } from '../../src/mirror/mirror.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { StandingClock } from '../store/records.ts'
import type { GraphEvent, GraphKept, GraphSeries } from '../../src/graph/types.ts'

/** What the tests vary. */
export interface Wish {
  readonly iCalUId?: string | null
  readonly type?: GraphEvent['type']
  readonly subject?: string
  readonly created?: string
  readonly modified?: string
  readonly changeKey?: string
  readonly start?: string
  readonly kept?: Partial<GraphKept>
  readonly exceptions?: readonly string[]
}

const noKept: GraphKept = { uid: null, name: null, values: null }

/** A series; its iCalUId is made of the key unless another is wished. */
export function seriesOf(key: string, wish: Wish = {}): GraphSeries {
  const main = eventOf(key, wish)
  const exceptions = (wish.exceptions ?? []).map((id) => eventOf(id, { ...wish, type: 'exception' }))
  return { key, main, exceptions, cancelled: [], kept: { ...noKept, ...wish.kept } }
}

function eventOf(id: string, wish: Wish): GraphEvent {
  const start = wish.start ?? '2026-03-02T09:00:00.0000000'
  return {
    id,
    changeKey: wish.changeKey ?? 'change 1',
    type: wish.type ?? 'singleInstance',
    iCalUId: wish.iCalUId === undefined ? `uid-of-${id}` : wish.iCalUId,
    seriesMasterId: null,
    originalStart: null,
    subject: wish.subject ?? `subject of ${id}`,
    bodyContentType: 'html',
    body: '',
    start: { dateTime: start, timeZone: 'UTC' },
    end: { dateTime: start.replace('T09', 'T10'), timeZone: 'UTC' },
    isAllDay: false,
    isCancelled: false,
    isOrganizer: true,
    responseRequested: false,
    allowNewTimeProposals: true,
    responseStatus: 'organizer',
    showAs: 'busy',
    sensitivity: 'normal',
    importance: 'normal',
    categories: [],
    isReminderOn: false,
    reminderMinutesBeforeStart: 15,
    hasAttachments: false,
    originalStartTimeZone: 'UTC',
    originalEndTimeZone: 'UTC',
    recurrence: null,
    location: null,
    locations: [],
    attendees: [],
    organizer: null,
    webLink: null,
    joinUrl: null,
    createdDateTime: wish.created ?? '2026-01-01T00:00:00.0000000Z',
    lastModifiedDateTime: wish.modified ?? '2026-01-01T00:00:00Z',
  }
}

/** Says the subjects, between stamps that move with every change. A subject with `BAD` cannot be rendered. */
export const render: Render = ({ uid, series }) => {
  const bad = series.find(({ main }) => main.subject?.includes('BAD'))
  if (bad !== undefined) throw new GraphdavError('unsupported', 'a bad series')
  const stamp =
    series
      .map(({ main }) => main.lastModifiedDateTime)
      .toSorted()
      .at(-1) ?? ''
  const lines = series.map(({ main }) => `SUMMARY:${main.subject} ${main.start.dateTime}`).toSorted()
  const starts = series.map(({ main }) => Date.parse(`${main.start.dateTime.slice(0, 19)}Z`))
  return {
    text: [`UID:${uid}`, `DTSTAMP:${stamp}`, `LAST-MODIFIED:${stamp}`, ...lines, ''].join('\r\n'),
    first: Math.min(...starts),
    last: Math.max(...starts) + 3_600_000,
    lastModified: Date.parse(stamp),
  }
}

/** The calendar that the mirrors of the tests are bound to. */
export const binding = { mailbox: 'me', calendarId: 'calendar 1', owner: 'owner@example.org', name: 'Calendar' }

export function openMirror(options: Partial<MirrorOptions> = {}): Promise<Mirror> {
  const clock = new StandingClock()
  const store = MemoryStore.create(clock)
  return Mirror.open({ store, slug: 'work', render, rendererVersion: 1, log: silentLog, clock, ...options })
}

/** What is published: UID, name and text of each resource. */
export async function published(mirror: Mirror): Promise<readonly (readonly [string, string, string])[]> {
  const resources = await mirror.read(mirror.list().map(({ name }) => name))
  return resources.map(({ uid, name, text }) => [uid, name, text] as const)
}

/** UIDs of the resources. */
export function uidsOf(mirror: Mirror): readonly string[] {
  return mirror.list().map(({ uid }) => uid)
}
