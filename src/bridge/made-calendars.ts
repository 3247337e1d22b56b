// Calendars that users make and remove from their calendar programs (MKCALENDAR, DELETE): in Outlook, in the records, and served.
// Noted before Graph is asked and found again by the mark, so that neither a lost answer nor a crash makes a second one.
import type { Clock } from '../base/clock.ts'
import { ConflictError, GraphdavError, GraphError, sentenceOf } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { Queue } from '../base/queue.ts'
import type { NewCollection } from '../calendar/backend.ts'
import type { Where } from '../graph/calendar-list.ts'
import type { GraphClient } from '../graph/client.ts'
import { createMarked, firstOf, listMarked, markOf as readMark, removeCalendar } from '../graph/marked-calendars.ts'
import { clientLimitMs, inTime } from './in-time.ts'
import { isNameTaken, isUncertain, madeError } from './made-errors.ts'
import { lookForMade, type Serving } from './made-search.ts'
import { markOf, type MadeRecord, type MadeRecords } from './made-records.ts'

export interface MadeOptions {
  readonly users: Pick<ReadonlyMap<string, { readonly create: string | undefined }>, 'get' | 'values'>
  /** The slugs of the configuration: nobody can make a calendar of such a name. */
  readonly configured: Pick<ReadonlySet<string>, 'has'>
  /** Through whom Graph is asked; undefined for an account that is not configured any more. */
  readonly reach: (account: string) => { readonly client: GraphClient; readonly mailbox: string } | undefined
  readonly records: MadeRecords
  readonly serving: Serving
  readonly clock: Clock
  readonly log: Log
  readonly limitMs?: number
}

/** In Outlook they are looked for so often: one request per account. */
const lookEveryMs = 2 * 3_600_000
const againMs = 5 * 60_000
const tickMs = 60_000
/** So many names are tried, "Name (2)" and on. */
const mostNames = 20

export class MadeCalendars {
  readonly #options: MadeOptions
  readonly #stopping = new AbortController()
  readonly #queue = new Queue()
  #loop: Promise<void> | undefined
  #lookAt = 0

  constructor(options: MadeOptions) {
    this.#options = options
  }

  mayCreate(user: string): boolean {
    return this.#options.users.get(user)?.create !== undefined
  }

  /** The calendars that this user made, in the order of their making. */
  slugsOf(user: string): readonly string[] {
    const { records, serving } = this.#options
    const own = records.all().filter((record) => record.user === user && record.state === 'made')
    return own.map(({ slug }) => slug).filter((slug) => serving.has(slug))
  }

  isRemovable(user: string, slug: string): boolean {
    const record = this.#options.records.get(slug)
    const isOwn = record?.user === user && record.state === 'made'
    return isOwn && this.mayCreate(user) && this.#options.serving.has(slug)
  }

  /**
   * Makes a calendar, serves it and reads it once. What broke off before is finished. Throws `forbidden`, `ConflictError` when the slug
   * is another calendar's, `UnavailableError`.
   */
  async create(wanted: NewCollection): Promise<void> {
    const account = this.#options.users.get(wanted.user)?.create
    if (account === undefined) throw new GraphdavError('forbidden', 'this user may not make calendars')
    await this.#inTurn(wanted.slug, (late) => this.#create(wanted, account, late))
  }

  /** Removes a calendar that this user made, if it still carries the mark. Throws `forbidden`, `UnavailableError`. */
  async remove(user: string, slug: string): Promise<void> {
    await this.#inTurn(slug, async () => {
      const record = this.#options.records.get(slug)
      if (record === undefined || !this.isRemovable(user, slug)) {
        throw new GraphdavError('forbidden', 'only a calendar that this user has made can be removed')
      }
      await this.#remove(record)
      this.#options.log.info('calendar removed', { user, calendar: slug })
    })
  }

  /** Looks in Outlook which calendars were made here: some may be new to us, others gone. False: not everything could be seen. */
  async look(): Promise<boolean> {
    return await this.#queue.run(() => this.#look())
  }

  /** Looks now and then, and when a round does not find its calendar any more. */
  start(): void {
    this.#loop = this.#run().catch((error: unknown) => {
      if (!this.#stopping.signal.aborted) throw error
    })
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('stopping'))
    await this.#loop
    await this.#queue.idle
  }

  async #run(): Promise<void> {
    const { clock, records, serving } = this.#options
    for (;;) {
      const isLost = records.all().some(({ slug }) => serving.isLost(slug))
      const isDue = clock.now() >= this.#lookAt || this.#lookAt - clock.now() > lookEveryMs
      if (isLost || isDue) await this.look()
      await clock.sleep(tickMs, this.#stopping.signal)
    }
  }

  async #create({ user, slug, displayName }: NewCollection, account: string, late: AbortSignal): Promise<void> {
    const { records, configured, serving, clock, log } = this.#options
    const before = records.get(slug)
    if (configured.has(slug) || (before !== undefined && (before.user !== user || before.state === 'made'))) {
      throw new ConflictError('there is a calendar of this name already')
    }
    const begun: MadeRecord =
      before?.account === account
        ? before
        : await records.put({ slug, user, account, id: null, state: 'making', at: clock.now() })
    const record = await records.put({ ...begun, id: await this.#ask(begun, displayName ?? slug) })
    if (!serving.has(slug)) await serving.open(record)
    await serving.firstRound(slug)
    // The client has gone: its repeat has to find the calendar not made yet, or it would be told that the name is taken.
    if (late.aborted) return
    await records.put({ ...record, state: 'made' })
    log.info('calendar made', { user, calendar: slug, account })
  }

  /** The id of the calendar in Outlook: of the one that is there already, else of a new one. */
  async #ask(record: MadeRecord, name: string): Promise<string> {
    try {
      return (await this.#marked(record)) ?? (await this.#askForNew(record, name))
    } catch (error) {
      // Graph has said no: nothing is there.
      if (error instanceof GraphError && !isUncertain(error)) await this.#options.records.remove(record.slug)
      throw madeError(error, record.account)
    }
  }

  async #askForNew(record: MadeRecord, displayName: string): Promise<string> {
    const { where, mailbox } = this.#at(record)
    const plain = namable(displayName)
    for (let number = 1; number <= mostNames; number += 1) {
      try {
        const name = number === 1 ? plain : `${plain} (${number})`
        return await createMarked(where, mailbox, { name, mark: markOf(record) })
      } catch (error) {
        if (!isNameTaken(error) && !isUncertain(error)) throw error
        // It may be ours that has the name, or that was made although the answer is lost.
        const found = await this.#marked(record).catch((reason: unknown) => {
          throw isUncertain(error) ? error : reason
        })
        if (found !== undefined) return found
        if (isUncertain(error)) throw error
      }
    }
    throw new ConflictError('Outlook has many calendars of this name already; choose another')
  }

  async #marked(record: MadeRecord): Promise<string | undefined> {
    const { where, mailbox } = this.#at(record)
    return firstOf(await listMarked(where, mailbox), markOf(record))?.id
  }

  async #remove(record: MadeRecord): Promise<void> {
    const { records, serving } = this.#options
    try {
      const { where, mailbox } = this.#at(record)
      const mark = record.id === null ? undefined : await readMark(where, mailbox, record.id)
      if (mark !== undefined && mark !== markOf(record)) {
        throw new GraphdavError(
          'forbidden',
          'in Outlook this calendar does not say any more that it was made here; remove it there',
        )
      }
      const id = mark === undefined ? await this.#marked(record) : record.id
      if (id !== undefined && id !== null) await removeCalendar(where, mailbox, id)
    } catch (error) {
      throw madeError(error, record.account)
    }
    await serving.drop(record)
    await records.remove(record.slug)
  }

  async #look(): Promise<boolean> {
    const isSeen = await lookForMade(this.#options, (name) => this.#where(name))
    this.#lookAt = this.#options.clock.now() + (isSeen ? lookEveryMs : againMs)
    return isSeen
  }

  #at({ account }: MadeRecord): { readonly where: Where; readonly mailbox: string } {
    const found = this.#where(account)
    if (found === undefined) throw new GraphdavError('forbidden', `there is no account ${account} any more`)
    return found
  }

  #where(name: string): { readonly where: Where; readonly mailbox: string } | undefined {
    const account = this.#options.reach(name)
    const patience = { attempts: 3, maxWaitMs: 10_000 }
    return (
      account && {
        where: { client: account.client, signal: this.#stopping.signal, patience },
        mailbox: account.mailbox,
      }
    )
  }

  #inTurn(slug: string, work: (late: AbortSignal) => Promise<void>): Promise<void> {
    const { log, limitMs = clientLimitMs } = this.#options
    const onLateFailure = (error: unknown): void =>
      log.warn('late change of a calendar failed', { calendar: slug, reason: sentenceOf(error) })
    return inTime({ limitMs, onLateFailure }, (late) =>
      this.#queue.run(async () => {
        late.throwIfAborted()
        await work(late)
      }),
    )
  }
}

// Exchange takes names of folders up to 255 characters; a number may have to follow.
function namable(displayName: string): string {
  return /^.{0,200}/u.exec(displayName.replace(/\p{Cc}+/gu, ' '))?.[0] ?? ''
}
