// Clients that write into a simulated tenant: the real sync of one calendar, its journal and its store, and a clock that a
// wait moves at once.
import { GraphdavError } from '../../src/base/errors.ts'
import { silentLog } from '../../src/base/log.ts'
import type { WriteConditions, Written } from '../../src/calendar/backend.ts'
import { renderResource, rendererVersion } from '../../src/convert/render.ts'
import { accessTokenSource } from '../../src/graph/auth.ts'
import { GraphClient } from '../../src/graph/client.ts'
import { MailboxLanes } from '../../src/graph/lanes.ts'
import { parseObject } from '../../src/ical/parse.ts'
import { Mirror } from '../../src/mirror/mirror.ts'
import { startSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/simulator.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { CalendarSync } from '../../src/sync/calendar-sync.ts'
import { Clouds } from '../../src/sync/cloud.ts'
import { Journal } from '../../src/sync/journal.ts'
import type { WriteContext } from '../../src/sync/write-context.ts'
import { writeDelete, writePut } from '../../src/sync/write.ts'
import { JumpingClock, halfYearBackTwoAhead } from './rig.ts'

export interface WriteRigOptions {
  readonly simulator?: SimulatorOptions
  readonly invitations?: 'send' | 'respond-only' | 'never'
}

/** No demand. */
export const anyhow: WriteConditions = { ifMatch: undefined, ifNoneMatch: undefined }
export const onlyNew: WriteConditions = { ifMatch: undefined, ifNoneMatch: '*' }
export const ifMatch = (etag: string): WriteConditions => ({ ifMatch: [etag], ifNoneMatch: undefined })

/** One sent request, as the tenant saw it. */
export interface Sent {
  readonly method: string
  readonly json: unknown
}

/** Does not jump over the watch that is kept on rounds: that wait ends only by its signal. */
export class WriteClock extends JumpingClock {
  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms < 600_000) return super.sleep(ms, signal)
    return new Promise((_, reject) => {
      signal?.addEventListener('abort', () => {
        reject(new Error('awake'))
      })
    })
  }
}

export class WriteRig {
  readonly tenant: Simulator
  readonly clock: JumpingClock
  readonly #options: WriteRigOptions
  readonly #store: MemoryStore
  readonly #kept = new Map<string, string>()
  /** Called before each request and after each answer; a test ends the process there by throwing. */
  atRequest: () => void = () => undefined
  #mirror: Mirror | undefined
  #journal: Journal | undefined
  #sync: CalendarSync | undefined

  private constructor(tenant: Simulator, clock: JumpingClock, options: WriteRigOptions) {
    this.tenant = tenant
    this.clock = clock
    this.#options = options
    this.#store = MemoryStore.create(clock)
  }

  static async start(options: WriteRigOptions = {}): Promise<WriteRig> {
    const clock = new WriteClock()
    const tenant = await startSimulator({ events: 0, clock, ...options.simulator })
    const rig = new WriteRig(tenant, clock, options)
    await rig.restart()
    await rig.round()
    return rig
  }

  /** As after the death of the process: only the store is left. `withoutMirror`: as after `data/mirror` was deleted, too. */
  async restart({ withoutMirror = false } = {}): Promise<void> {
    await this.#mirror?.close()
    if (withoutMirror) await this.#store.setAside('work')
    const { clock, tenant } = this
    const log = silentLog
    const journal = await Journal.open(this.#store, { clock, log })
    const mirror = await Mirror.open({
      store: this.#store,
      slug: 'work',
      render: (group) =>
        renderResource(
          { ...group, localKept: this.#kept.get(group.uid) ?? null },
          {
            mailboxZone: 'Europe/Berlin',
            addresses: tenant.control
              .calendars()
              .slice(0, 1)
              .map(({ address }) => address),
          },
        ),
      rendererVersion,
      log,
      clock,
    })
    const tokens = accessTokenSource({ token: this.tenant.token })
    const client = new GraphClient({
      graphUrl: `${this.tenant.url}/v1.0`,
      tokens: {
        token: () => {
          this.atRequest()
          return tokens.token()
        },
        refresh: (refused) => tokens.refresh(refused),
      },
      lanes: new MailboxLanes({ clock }),
      clock,
      log,
      random: () => 0.5,
      timeoutMs: 5_000,
      observe: () => {
        this.atRequest()
      },
    })
    this.#journal = journal
    this.#mirror = mirror
    this.#sync = new CalendarSync({
      calendar: {
        slug: 'work',
        client,
        mailbox: 'me',
        source: 'default',
        track: 'window',
        window: halfYearBackTwoAhead,
        mirror,
        timeZone: 'Europe/Berlin',
        withheld: (series) => journal.isOpen('work', series),
        onRound: () => journal.giveUpOld('work'),
      },
      settings: {
        intervalMs: 60_000,
        maxStalenessMs: 30_000,
        staleMs: 1_800_000,
        pageSize: 50,
        brake: { removals: 25, share: 0.2 },
      },
      clouds: new Clouds(),
      clock,
      log,
      random: () => 0.5,
    })
  }

  get mirror(): Mirror {
    return this.#mirror ?? missing()
  }

  get journal(): Journal {
    return this.#journal ?? missing()
  }

  get sync(): CalendarSync {
    return this.#sync ?? missing()
  }

  async round(full = false): Promise<void> {
    await this.sync.run({ full })
  }

  async put(name: string, text: string, conditions: WriteConditions = anyhow): Promise<Written> {
    const wanted = parseObject(text)
    return this.inTurn((context) =>
      writePut({ user: 'alice', name, conditions, mayReply: true, text, wanted, origin: null }, context),
    )
  }

  async remove(name: string, conditions: WriteConditions = anyhow): Promise<void> {
    return this.inTurn((context) => writeDelete({ user: 'alice', name, conditions, mayReply: true }, context))
  }

  async inTurn<T>(work: (context: WriteContext) => Promise<T>): Promise<T> {
    const kept = {
      get: (uid: string) => this.#kept.get(uid) ?? null,
      set: async (uid: string, values: string | null) => {
        if (values === null) this.#kept.delete(uid)
        else this.#kept.set(uid, values)
      },
    }
    const { invitations = 'send' } = this.#options
    const { clock, journal } = this
    const settings = { slug: 'work', invitations, userAddresses: [], journal, kept, clock, log: silentLog }
    return this.sync.inTurn((ground) => work({ ...ground, ...settings }))
  }

  /** Kills the process before its `point`th request, or after the answer to it, and starts another one; whether it came so far. */
  async isKilled(point: number, work: () => Promise<unknown>): Promise<boolean> {
    let left = point
    this.atRequest = () => {
      left -= 1
      if (left <= 0) throw new Error('killed')
    }
    const isKilled = await work().then(
      () => false,
      () => true,
    )
    this.atRequest = () => undefined
    await this.restart()
    return isKilled
  }

  /** The text of a resource. */
  async text(name: string): Promise<string> {
    const [resource] = await this.mirror.read([name])
    return resource?.text ?? ''
  }

  async etag(name: string): Promise<string> {
    const [resource] = await this.mirror.read([name])
    return resource?.etag ?? ''
  }

  names(): readonly string[] {
    return this.mirror.list().map(({ name }) => name)
  }

  /** What the tenant holds: all singles and masters. */
  events(): readonly Readonly<Record<string, unknown>>[] {
    return this.tenant.control.truth({}).events
  }

  titles(): readonly string[] {
    return this.events()
      .map(({ subject }) => String(subject))
      .sort((one, other) => one.localeCompare(other))
  }

  /** The changes that the tenant was asked for while `work` ran. */
  async changes(work: () => Promise<unknown>): Promise<readonly Sent[]> {
    const from = this.tenant.log.list().length
    await work()
    const requests = this.tenant.log.list().slice(from)
    return requests
      .filter(({ method }) => method !== 'GET')
      .map(({ method, body }) => ({ method, json: body === '' ? undefined : JSON.parse(body) }))
  }

  async stop(): Promise<void> {
    await this.tenant.stop()
  }
}

function missing(): never {
  throw new GraphdavError('internal', 'the rig was not started')
}

/** A VCALENDAR with these VEVENTs, each as its lines. */
export function ics(...events: readonly (readonly string[])[]): string {
  const body = events.flatMap((lines) => ['BEGIN:VEVENT', 'DTSTAMP:20260301T120000Z', ...lines, 'END:VEVENT'])
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Test//Client//EN', ...body, 'END:VCALENDAR', ''].join('\r\n')
}

export function lunch(title = 'Lunch', more: readonly string[] = []): string {
  return ics(['UID:lunch@client', `SUMMARY:${title}`, 'DTSTART:20260310T110000Z', 'DTEND:20260310T120000Z', ...more])
}
