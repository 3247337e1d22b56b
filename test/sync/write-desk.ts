// Two calendars of a simulated tenant that a person writes to, on a disk and in a process that can end anywhere: store, journal,
// mirrors, rounds, writer, backend and a feed, put together as the program does it.
import { silentLog } from '../../src/base/log.ts'
import type { CalendarBackend } from '../../src/calendar/backend.ts'
import { createBackend } from '../../src/bridge/backend.ts'
import { storedLocalKept } from '../../src/bridge/local-kept.ts'
import { createWriter } from '../../src/bridge/writer.ts'
import { renderResource, rendererVersion } from '../../src/convert/render.ts'
import { createFeedLibrary } from '../../src/feed/library.ts'
import { accessTokenSource } from '../../src/graph/auth.ts'
import { GraphClient } from '../../src/graph/client.ts'
import { MailboxLanes } from '../../src/graph/lanes.ts'
import { Mirror } from '../../src/mirror/mirror.ts'
import { startSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/simulator.ts'
import { FileStore } from '../../src/store/file.ts'
import { CalendarSync } from '../../src/sync/calendar-sync.ts'
import { Clouds } from '../../src/sync/cloud.ts'
import { Journal } from '../../src/sync/journal.ts'
import type { LocalKept } from '../../src/sync/write-context.ts'
import type { Chance } from './editor.ts'
import { Fuse, MemoryDisk } from './memory-files.ts'
import { halfYearBackTwoAhead } from './rig.ts'
import { WriteClock } from './write-rig.ts'

export const slugs = ['work', 'private'] as const
export type Slug = (typeof slugs)[number]

/** The tenant's names of the calendars. */
export const calendarOf: Readonly<Record<Slug, string>> = { work: 'default', private: 'Personal' }

const everything = { detail: 'full', private: 'show', reminders: true, attendees: true, expires: undefined } as const
const nothingHidden = { declined: false, free: false, categories: [], title: null }
const feedToken = 'a-feed-of-all-calendars'

interface Calendar {
  readonly mirror: Mirror
  readonly sync: CalendarSync
  readonly kept: LocalKept
}

/** What one process has in memory. */
interface Running {
  readonly journal: Journal
  readonly calendars: ReadonlyMap<string, Calendar>
  readonly backend: CalendarBackend
  readonly feed: () => Promise<string>
}

export class WriteDesk {
  readonly tenant: Simulator
  readonly clock: WriteClock
  readonly fuse = new Fuse()
  /** Called before each request and after each answer. */
  atRequest: () => void = () => undefined
  readonly #disk: MemoryDisk
  #running: Running | undefined

  private constructor(tenant: Simulator, clock: WriteClock, disk: MemoryDisk) {
    this.tenant = tenant
    this.clock = clock
    this.#disk = disk
  }

  static async start(chance: Chance, simulator: SimulatorOptions): Promise<WriteDesk> {
    const clock = new WriteClock()
    const tenant = await startSimulator({ events: 0, clock, ...simulator })
    const desk = new WriteDesk(tenant, clock, new MemoryDisk(chance))
    await desk.restart()
    return desk
  }

  /** Another process on what the disk holds. `power`: it was lost, and what was not flushed with it. */
  async restart({ power = false, withoutMirror = false } = {}): Promise<void> {
    if (power) this.#disk.lose()
    this.fuse.replace()
    const { clock } = this
    const store = await FileStore.open({ folder: '/data', clock, files: this.#disk.files(this.fuse) })
    if (withoutMirror) for (const slug of slugs) await store.setAside(slug)
    const journal = await Journal.open(store, { clock, log: silentLog })
    const client = this.#client()
    const calendars = new Map<string, Calendar>()
    for (const slug of slugs) calendars.set(slug, await this.#open(slug, store, journal, client))
    const backend = this.#backend(calendars, journal)
    const profile = { ...everything, name: 'all', token: feedToken, calendars: slugs, hide: nothingHidden }
    const library = createFeedLibrary({ backend, profiles: [profile], clock, log: silentLog })
    const feed = async (): Promise<string> => {
      const content = await library.find(feedToken, 'all')?.content('identity')
      return content?.body.toString() ?? ''
    }
    this.#running = { journal, calendars, backend, feed }
  }

  get backend(): CalendarBackend {
    return this.#now.backend
  }

  get journal(): Journal {
    return this.#now.journal
  }

  get feed(): () => Promise<string> {
    return this.#now.feed
  }

  mirror(slug: Slug): Mirror {
    return this.#calendar(slug).mirror
  }

  async round(slug: Slug, full = false): Promise<void> {
    await this.#calendar(slug).sync.run({ full, accept: true })
  }

  /** How many requests other than GET the tenant has had. */
  writes(): number {
    return this.tenant.log.list().filter(({ method }) => method !== 'GET').length
  }

  async stop(): Promise<void> {
    await this.tenant.stop()
  }

  get #now(): Running {
    if (this.#running === undefined) throw new Error('nothing runs')
    return this.#running
  }

  #calendar(slug: Slug): Calendar {
    const calendar = this.#now.calendars.get(slug)
    if (calendar === undefined) throw new Error(`there is no calendar ${slug}`)
    return calendar
  }

  #client(): GraphClient {
    const { clock } = this
    const tokens = accessTokenSource({ token: this.tenant.token })
    const pass = (): void => {
      this.fuse.pass()
      this.atRequest()
    }
    return new GraphClient({
      graphUrl: `${this.tenant.url}/v1.0`,
      tokens: {
        token: () => {
          pass()
          return tokens.token()
        },
        refresh: (refused) => tokens.refresh(refused),
      },
      lanes: new MailboxLanes({ clock }),
      clock,
      log: silentLog,
      random: () => 0.5,
      timeoutMs: 1_000,
      observe: pass,
    })
  }

  async #open(slug: Slug, store: FileStore, journal: Journal, client: GraphClient): Promise<Calendar> {
    const { clock } = this
    const kept = await storedLocalKept(store, slug)
    const addresses = this.tenant.control.calendars().flatMap(({ isDefault, address }) => (isDefault ? [address] : []))
    const mirror = await Mirror.open({
      store,
      slug,
      render: (group) =>
        renderResource(
          { ...group, localKept: kept.get(group.uid) },
          { mailboxZone: 'Europe/Berlin', addresses: addresses.slice(0, 1) },
        ),
      rendererVersion,
      log: silentLog,
      clock,
    })
    const sync = new CalendarSync({
      calendar: {
        slug,
        client,
        mailbox: 'me',
        source: slug === 'work' ? 'default' : { name: calendarOf[slug] },
        track: 'window',
        window: halfYearBackTwoAhead,
        mirror,
        timeZone: 'Europe/Berlin',
        withheld: (series) => journal.isOpen(slug, series),
        onRound: () => journal.giveUpOld(slug),
      },
      settings: {
        intervalMs: 60_000,
        maxStalenessMs: 30_000,
        staleMs: 1_800_000,
        pageSize: 5,
        brake: { removals: 25, share: 0.2 },
      },
      clouds: new Clouds(),
      clock,
      log: silentLog,
      random: () => 0.5,
    })
    return { mirror, sync, kept }
  }

  #backend(calendars: ReadonlyMap<string, Calendar>, journal: Journal): CalendarBackend {
    const { clock } = this
    const access = 'read-write'
    const users = new Map([['alice', { calendars: slugs.map((slug) => ({ slug, access }) as const) }]])
    const each = <T>(make: (calendar: Calendar, slug: string) => T): ReadonlyMap<string, T> =>
      new Map([...calendars].map(([slug, calendar]) => [slug, make(calendar, slug)]))
    const writer = createWriter({
      calendars: each(({ mirror, kept }) => ({ mirror, kept, invitations: 'send' as const })),
      users,
      journal,
      inTurn: (slug, work) => {
        const calendar = calendars.get(slug)
        if (calendar === undefined) throw new Error(`there is no calendar ${slug}`)
        return calendar.sync.inTurn(work)
      },
      clock,
      log: silentLog,
    })
    const served = each(({ mirror }, slug) => ({
      slug,
      access: 'read-write' as const,
      mirror,
      displayName: () => slug,
      color: () => undefined,
      timeZone: () => 'Europe/Berlin',
      isShared: () => false,
    }))
    const refused = (): Promise<never> => Promise.reject(new Error('no calendars are made here'))
    return createBackend({
      calendars: served,
      users,
      writer,
      made: { mayCreate: () => false, isRemovable: () => false, create: refused, remove: refused },
      rename: () => Promise.resolve(false),
      freshen: () => Promise.resolve(),
    })
  }
}
