// Which calendars in Outlook were made here: compared with the records. What only Outlook knows comes back (the data folder was
// lost), what Outlook surely does not have any more goes.
import type { Clock } from '../base/clock.ts'
import { sentenceOf } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Where } from '../graph/calendar-list.ts'
import { firstOf, listMarked, markOf as readMark, type MarkedCalendar } from '../graph/marked-calendars.ts'
import { markOf, parseMark, type MadeRecord, type MadeRecords } from './made-records.ts'

/** What is served, as far as calendars come and go in it. */
export interface Serving {
  /** True when it is served as one that was made here. */
  has(slug: string): boolean
  /** True when a calendar of the configuration is this one, as far as is known. */
  isConfigured(id: string): boolean
  /** Begins to serve and to poll a calendar. */
  open(record: MadeRecord): Promise<void>
  /** One round now; a failed one is noted where all are. */
  firstRound(slug: string): Promise<void>
  /** Ends that, puts its mirror aside and forgets what is kept of it. One that is not served is nothing. */
  drop(record: MadeRecord): Promise<void>
  /** True when its last round did not find it, or found it to be one of the configuration's. */
  isLost(slug: string): boolean
}

interface Place {
  readonly where: Where
  readonly mailbox: string
}

interface Search {
  readonly users: Pick<ReadonlyMap<string, { readonly create: string | undefined }>, 'get' | 'values'>
  readonly configured: Pick<ReadonlySet<string>, 'has'>
  readonly records: MadeRecords
  readonly serving: Serving
  readonly clock: Clock
  readonly log: Log
}

/** How long the client of one that is being made may come back for it; as with events (sync/journal.ts). */
const openMs = 60 * 60 * 1000

/** Looks in every account that calendars are made in. False: one of them could not be seen. */
export async function lookForMade(search: Search, placeOf: (account: string) => Place | undefined): Promise<boolean> {
  const { users, records, log } = search
  const accounts = [...[...users.values()].map(({ create }) => create), ...records.all().map(({ account }) => account)]
  let isSeen = true
  for (const account of new Set(accounts)) {
    const place = account === undefined ? undefined : placeOf(account)
    if (account === undefined || place === undefined) continue
    try {
      const marked = await listMarked(place.where, place.mailbox)
      for (const mark of new Set(marked.map((calendar) => calendar.mark)))
        await takeUp(search, { account, mark, marked })
      for (const record of records.all())
        if (record.account === account) await compare(search, { record, marked, place })
    } catch (error) {
      if (place.where.signal?.aborted === true) throw error
      isSeen = false
      log.warn('it cannot be seen now which calendars were made here', { account, reason: sentenceOf(error) })
    }
  }
  if (isSeen) await records.settle()
  return isSeen
}

/** A calendar that only Outlook knows of. */
async function takeUp(
  { users, configured, records, serving, clock, log }: Search,
  {
    account,
    mark,
    marked,
  }: { readonly account: string; readonly mark: string; readonly marked: readonly MarkedCalendar[] },
): Promise<void> {
  const whose = parseMark(mark)
  const id = firstOf(marked, mark)?.id
  if (whose === undefined || id === undefined || users.get(whose.user)?.create !== account) return
  const { slug, user } = whose
  const record = records.get(slug)
  if (record?.user === user && record.account === account) return
  if (serving.isConfigured(id)) return
  if (record !== undefined || configured.has(slug)) {
    const reason = 'another calendar has this name'
    log.warn('calendar that was made here is not shown', { calendar: slug, user, account, reason })
    return
  }
  await serving.open(await records.put({ slug, user, account, id, state: 'made', at: clock.now() }))
  log.info('calendar found that was made here before', { user, calendar: slug })
}

/** A record beside what Outlook has. */
async function compare(
  { records, serving, clock, log, configured }: Search,
  {
    record,
    marked,
    place,
  }: { readonly record: MadeRecord; readonly marked: readonly MarkedCalendar[]; readonly place: Place },
): Promise<void> {
  const { slug, user, state, at } = record
  const own = marked.filter(({ mark }) => mark === markOf(record))
  if (own.length > 1) log.warn('several calendars in Outlook say that they are this one', { calendar: slug })
  const id = firstOf(own, markOf(record))?.id
  const age = clock.now() - at
  if (state === 'making') {
    if (age >= 0 && age < openMs) return
    if (id === undefined) return await records.remove(slug)
    const made = await records.put({ ...record, id, state: 'made' })
    if (!serving.has(slug) && !configured.has(slug)) await serving.open(made)
    return
  }
  if (id !== undefined && serving.isConfigured(id)) {
    await serving.drop(record)
    await records.remove(slug)
    log.info('calendar that was made here is one of the configuration now', { user, calendar: slug })
    return
  }
  if (id !== undefined) {
    if (!own.some((calendar) => calendar.id === record.id)) await records.put({ ...record, id })
    return
  }
  // A list that is too short is no proof.
  const isThere = record.id !== null && (await readMark(place.where, place.mailbox, record.id)) !== undefined
  if (isThere) return
  await serving.drop(record)
  await records.remove(slug)
  log.info('calendar that was made here is not in Outlook any more', { user, calendar: slug })
}
