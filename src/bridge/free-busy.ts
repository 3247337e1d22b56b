// Who answers the schedule outbox about other people: Graph, through the accounts of the user who asks. Graph page "calendar:
// getSchedule".
import { GraphError, GraphdavError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Availability, BusySpan, FreeBusySource } from '../caldav/free-busy-source.ts'
import type { GraphClient } from '../graph/client.ts'
import type { Patience } from '../graph/retry.ts'
import type { ComposedCalendar } from './calendars.ts'
import { getSchedule, mostSchedules, type Schedule, type ScheduleItem } from '../graph/schedule.ts'

/** A mailbox that may be asked on behalf of a user. */
export interface Asker {
  readonly client: GraphClient
  /** `me`, or a user principal name or id. */
  readonly mailbox: string
  /** Its address, once it is known. */
  owner(): string | undefined
}

/** The accounts behind the calendars of a user, each once, in the order of the calendars. */
export function askersFor(
  slugs: readonly string[],
  accountOf: (slug: string) => string | undefined,
  calendars: ReadonlyMap<string, Pick<ComposedCalendar, 'polled'>>,
  ownerOf: (account: string) => string | undefined,
): readonly Asker[] {
  const askers = new Map<string, Asker>()
  for (const slug of slugs) {
    const [account, calendar] = [accountOf(slug), calendars.get(slug)]
    if (account === undefined || calendar === undefined || askers.has(account)) continue
    const { client, mailbox } = calendar.polled
    askers.set(account, { client, mailbox, owner: () => ownerOf(account) })
  }
  return [...askers.values()]
}

interface Question {
  readonly addresses: readonly string[]
  readonly start: number
  readonly end: number
}

// Exchange answers for 62 days, older ones for 42.
const longestMs = 42 * 86_400_000
const briefly: Patience = { attempts: 2, maxWaitMs: 5_000 }

/** `askersOf` gives the mailboxes of a user in the order to ask; nobody's is asked for a user without any. */
export function createFreeBusy(askersOf: (user: string) => readonly Asker[], log: Log): FreeBusySource {
  return {
    availability: async ({ user, addresses, start, end }) => {
      let answers = addresses.map((address): Availability => ({ kind: 'unknown', address }))
      for (const asker of askersOf(user)) {
        const open = answers.filter(({ kind }) => kind !== 'known').map(({ address }) => address)
        if (open.length === 0) break
        const found = await ask(asker, { addresses: open, start, end }, log)
        answers = answers.map((before) => {
          const now = found.get(before.address)
          return now && (now.kind === 'known' || before.kind === 'unknown') ? now : before
        })
      }
      return answers
    },
  }
}

async function ask(asker: Asker, question: Question, log: Log): Promise<ReadonlyMap<string, Availability>> {
  const answers = new Map<string, Availability>()
  const batches = batchesOf(question)
  for (const [index, batch] of batches.entries()) {
    const { found, isOver } = await askBatch(asker, batch, log)
    // Who is asked once more for each of the rest would keep the client waiting.
    const rest = isOver ? batches.slice(index + 1) : []
    for (const answer of [...found, ...rest.flatMap(({ addresses }) => failed(addresses, 'unavailable'))]) {
      answers.set(answer.address, joined(answers.get(answer.address), answer))
    }
    if (isOver) break
  }
  return answers
}

function failed(addresses: readonly string[], kind: 'denied' | 'unavailable'): readonly Availability[] {
  return addresses.map((address) => ({ kind, address }))
}

function batchesOf({ addresses, start, end }: Question): readonly Question[] {
  const batches: Question[] = []
  for (let from = start; from < end; from += longestMs) {
    for (let at = 0; at < addresses.length; at += mostSchedules) {
      const to = Math.min(from + longestMs, end)
      batches.push({ addresses: addresses.slice(at, at + mostSchedules), start: from, end: to })
    }
  }
  return batches
}

/** `isOver`: Graph is not to be had just now, whatever it is asked. */
async function askBatch(
  asker: Asker,
  question: Question,
  log: Log,
): Promise<{ readonly found: readonly Availability[]; readonly isOver: boolean }> {
  const { client, mailbox } = asker
  try {
    const schedules = await getSchedule({ client, mailbox, lane: asker.owner(), patience: briefly }, question)
    return { found: schedules.map((schedule) => availabilityOf(schedule, question)), isOver: false }
  } catch (error) {
    if (!(error instanceof GraphdavError)) throw error
    log.warn('free/busy time could not be asked', { people: question.addresses.length, reason: error.message })
    const isForbidden = error instanceof GraphError && error.kind === 'forbidden'
    const isOver = !(error instanceof GraphError) || ['throttled', 'unavailable', 'auth'].includes(error.kind)
    return { found: failed(question.addresses, isForbidden ? 'denied' : 'unavailable'), isOver }
  }
}

/** One part of a long range that failed leaves the whole answer failed: a gap would look like free time. */
function joined(before: Availability | undefined, now: Availability): Availability {
  if (before?.kind !== 'known' || now.kind !== 'known') return before && before.kind !== 'known' ? before : now
  return { ...now, busy: [...before.busy, ...now.busy] }
}

function availabilityOf(schedule: Schedule, { start, end }: Question): Availability {
  const { address } = schedule
  if (schedule.kind === 'failed') return { kind: kindOfCode(schedule.code), address }
  const busy = schedule.items
    .flatMap((item) => busySpan(item, start, end))
    .sort((one, other) => one.start - other.start)
  return { kind: 'known', address, busy }
}

function busySpan({ start, end, status }: ScheduleItem, from: number, to: number): readonly BusySpan[] {
  // Whoever works elsewhere is busy, as in one's own calendar (convert/availability.ts).
  if (status === 'free') return []
  const span = { start: Math.max(start, from), end: Math.min(end, to) }
  const kind = status === 'oof' ? 'unavailable' : status === 'tentative' ? 'tentative' : 'busy'
  return span.end > span.start ? [{ ...span, kind }] : []
}

// Exchange's codes of GetUserAvailability; any other one is a passing trouble.
function kindOfCode(code: string): 'unknown' | 'denied' | 'unavailable' {
  if (/^Error(?:MailRecipientNotFound|Invalid(?:SmtpAddress|User|Attendee).*|NonExistentMailbox)$/i.test(code)) {
    return 'unknown'
  }
  return /^Error(?:NoFreeBusyAccess|AccessDenied)$/i.test(code) ? 'denied' : 'unavailable'
}
