// Calendars of several mailboxes behind one bridge, over real HTTP: Alice has Mara's calendar, two of Mara's with fewer rights to
// mail people, the front desk's (a shared mailbox) and Noor's, for whom she may write.
import { systemClock } from '../../src/base/clock.ts'
import { startWorld, authorization, type World } from './program.ts'
import { ics } from '../sync/write-rig.ts'
import type { Switches } from '../../src/simulator/switches.ts'

export const mara = 'mara@fabrikam.example'
export const noor = 'noor@fabrikam.example'
export const desk = 'frontdesk@fabrikam.example'
export const leo = 'leo@adatum.example'
export const ivo = 'ivo@adatum.example'
export const oda = 'oda@adatum.example'

export type MeetingSlug = 'work' | 'answers' | 'silent' | 'desk' | 'noor'

const calendarOf: Readonly<Record<MeetingSlug, { readonly mailbox?: string; readonly calendar?: string }>> = {
  work: {},
  answers: { calendar: 'Personal' },
  silent: { calendar: 'Harbour' },
  desk: { mailbox: desk },
  noor: { mailbox: noor },
}

export interface MeetingAnswer {
  readonly status: number
  /** The sentence of a refusal. */
  readonly sentence: string
  readonly body: string
}

/** The tenant with a bridge on it. Mails are told as `KIND to ADDRESSES`, with the date of one instance and a comment. */
export class Meetings {
  readonly world: World
  readonly #url: string
  readonly #bridge: Awaited<ReturnType<World['open']>>['bridge']
  #seen = 0

  private constructor(world: World, { url, bridge }: Awaited<ReturnType<World['open']>>) {
    this.world = world
    this.#url = url
    this.#bridge = bridge
  }

  static async start(switches: Partial<Switches> = {}): Promise<Meetings> {
    const offset = Date.UTC(2026, 2, 2, 8) - Date.now()
    // A short wait between two attempts takes no time.
    const sleep = (ms: number, signal?: AbortSignal) => systemClock.sleep(ms < 60_000 ? 0 : ms, signal)
    const clock = { now: () => Date.now() + offset, sleep }
    const world = await startWorld({ events: 0, clock, switches }, configured, clock)
    const served = await world.open()
    const meetings = new Meetings(world, served)
    for (const slug of served.bridge.slugs) await served.bridge.sync(slug, {})
    return meetings
  }

  stop(): Promise<void> {
    return this.world.stop()
  }

  /** A round of one calendar. */
  async round(slug: MeetingSlug): Promise<void> {
    await this.#bridge.sync(slug, {})
  }

  async put(slug: MeetingSlug, name: string, text: string, headers: Readonly<Record<string, string>> = {}) {
    return this.#ask('PUT', slug, name, { 'Content-Type': 'text/calendar; charset=utf-8', ...headers }, text)
  }

  async remove(slug: MeetingSlug, name: string, headers: Readonly<Record<string, string>> = {}) {
    return this.#ask('DELETE', slug, name, headers)
  }

  /** The unfolded text of a resource; empty when it is not there. */
  async text(slug: MeetingSlug, name: string): Promise<string> {
    const { status, body } = await this.#ask('GET', slug, name, {})
    return status === 200 ? body.replaceAll(/\r\n[ \t]/g, '') : ''
  }

  /** Reads, changes and writes back. */
  async edit(
    slug: MeetingSlug,
    name: string,
    change: (text: string) => string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    return this.put(slug, name, change(await this.text(slug, name)), headers)
  }

  /** Names of the resources, in the order of their UIDs. */
  async names(slug: MeetingSlug): Promise<readonly string[]> {
    const list = await this.#bridge.backend.list(slug)
    return [...list].sort((one, other) => (one.uid < other.uid ? -1 : 1)).map(({ name }) => name)
  }

  /** The mails since the last call. */
  mails(): readonly string[] {
    const { outbox } = this.world.simulator
    const fresh = outbox.slice(this.#seen)
    this.#seen = outbox.length
    return fresh.map(({ kind, from, to, instance, comment }) =>
      [
        `${kind} to ${to.join(', ')}`,
        ...(from === mara ? [] : [`from ${from}`]),
        ...(instance === undefined ? [] : [`of ${instance}`]),
        ...(comment === undefined ? [] : [`saying ${comment}`]),
      ].join(' '),
    )
  }

  /** What Outlook has in a calendar: singles and masters. */
  events(slug: MeetingSlug): readonly Readonly<Record<string, unknown>>[] {
    return this.world.simulator.control.truth(calendarOf[slug]).events
  }

  titles(slug: MeetingSlug): readonly string[] {
    return this.events(slug).map(({ subject }) => String(subject))
  }

  /** Somebody else's meeting in a calendar; its resource after a round. */
  async invite(slug: MeetingSlug, own: string, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
    this.world.simulator.control.createEvent(calendarOf[slug], {
      subject: 'Their meeting',
      start: { dateTime: '2026-03-10T09:00:00', timeZone: 'W. Europe Standard Time' },
      end: { dateTime: '2026-03-10T10:00:00', timeZone: 'W. Europe Standard Time' },
      organizer: { emailAddress: { name: 'Oda Berg', address: oda } },
      isOrganizer: false,
      responseStatus: { response: 'notResponded' },
      showAs: 'tentative',
      attendees: [
        { type: 'required', emailAddress: { name: '', address: own }, status: { response: 'none' } },
        { type: 'required', emailAddress: { name: 'Leo', address: leo }, status: { response: 'none' } },
      ],
      ...more,
    })
    await this.round(slug)
    return (await this.names(slug)).at(-1) ?? ''
  }

  async #ask(
    method: string,
    slug: MeetingSlug,
    name: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<MeetingAnswer> {
    const response = await fetch(`${this.#url}/dav/calendars/alice/${slug}/${name}`, {
      method,
      headers: { ...headers, authorization },
      ...(body === undefined ? {} : { body }),
    })
    const text = await response.text()
    const sentence = /<D:responsedescription>([^<]*)/.exec(text)?.[1] ?? ''
    return { status: response.status, sentence, body: text }
  }
}

function configured(text: string): string {
  const [url, token] = [/graphUrl: '([^']*)'/.exec(text)?.[1] ?? '', /token: '([^']*)'/.exec(text)?.[1] ?? '']
  const auth = `graphUrl: '${url}', auth: { kind: access-token, token: '${token}' }`
  return `
server: { listen: '127.0.0.1:0' }
store: { path: ./data }
accounts:
  tenant: { ${auth} }
  desk: { mailbox: ${desk}, timeZone: Europe/Berlin, ${auth} }
  noor: { mailbox: ${noor}, timeZone: Europe/Berlin, ${auth} }
calendars:
  work: { account: tenant, source: default, access: read-write }
  answers: { account: tenant, source: { name: Personal }, access: read-write, invitations: respond-only }
  silent: { account: tenant, source: { name: Harbour }, access: read-write, invitations: never }
  desk: { account: desk, source: default, access: read-write }
  noor: { account: noor, source: default, access: read-write }
users:
  alice: { password: a plain one, calendars: all }
sync: { interval: 24h, maxStaleness: 24h }
`
}

/** A meeting of an hour on 2026-03-12. */
export function meeting(organizer: string, guests: readonly string[], more: readonly string[] = []): string {
  return ics([
    'UID:meeting@client',
    'SUMMARY:Meeting',
    'DTSTART;TZID=Europe/Berlin:20260312T100000',
    'DTEND;TZID=Europe/Berlin:20260312T110000',
    `ORGANIZER:mailto:${organizer}`,
    ...guests.map((guest) => `ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:${guest}`),
    ...more,
  ])
}

/** The text with another answer of one person. */
export function answering(partstat: string, person: string): (text: string) => string {
  const own = new RegExp(`^(ATTENDEE[^\r\n]*PARTSTAT=)[A-Z-]+([^\r\n]*mailto:${person.replaceAll('.', '\\.')})`, 'gim')
  return (text) => text.replace(own, `$1${partstat}$2`)
}

/** The text with a further VEVENT. */
export function withDate(...lines: readonly string[]): (text: string) => string {
  const event = ['BEGIN:VEVENT', 'DTSTAMP:20260302T090000Z', ...lines, 'END:VEVENT', ''].join('\r\n')
  return (text) => text.replace('END:VCALENDAR', `${event}END:VCALENDAR`)
}
