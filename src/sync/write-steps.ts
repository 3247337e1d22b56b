// Sends the requests of a plan one by one, each noted in the journal when Graph has answered it. Where a plan
// wants to see what Graph made of the first half, it is planned anew from there.
import { ConflictError, GraphError, UnavailableError } from '../base/errors.ts'
import { remainingRequests, type GraphRequest, type Target } from '../convert/plan-request.ts'
import { listInstances } from '../graph/event-lists.ts'
import {
  cancelEvent,
  createEvent,
  patchEvent,
  removeEvent,
  respondToEvent,
  type SentAnswer,
} from '../graph/event-writes.ts'
import type { GraphSeries } from '../graph/types.ts'
import type { JournalEntry } from './journal.ts'
import type { WriteContext } from './write-context.ts'
import { readGroup, searchGroup, type Group } from './write-group.ts'

/** Plans the write against what Graph has now, as one that was begun before. */
export type Replan = (now: readonly GraphSeries[]) => readonly GraphRequest[]

export interface Steps {
  readonly requests: readonly GraphRequest[]
  /** As read when the requests were planned. */
  readonly now: readonly GraphSeries[]
  /** Noted in the journal. */
  readonly entry: JournalEntry
  /** True when an earlier attempt may have sent some of them. */
  readonly isResumed: boolean
  readonly replan: Replan
  /** Told about each state of the entry. */
  readonly onEntry: (entry: JournalEntry) => void
}

type Change = Exclude<GraphRequest, { readonly kind: 'create' | 'read-again' }>

/** The name of the event that a plan creates, in its requests. */
const created = 'created'

/** Sends what is to be sent. Throws `GraphError`; what was done by then is in the entry. */
export async function runSteps(steps: Steps, context: WriteContext): Promise<JournalEntry> {
  const run = new Run(steps, context)
  await run.all()
  return run.entry
}

class Run {
  entry: JournalEntry
  readonly #steps: Steps
  readonly #context: WriteContext
  #now: readonly GraphSeries[]
  /** Change keys of series that nobody has touched since they were read. */
  #fresh: Map<string, string>

  constructor(steps: Steps, context: WriteContext) {
    this.entry = steps.entry
    this.#steps = steps
    this.#context = context
    this.#now = steps.now
    this.#fresh = freshKeys(steps.now)
  }

  async all(): Promise<void> {
    let rest = this.#steps.requests
    while (rest[0] !== undefined) {
      const [request, ...others] = rest
      rest = others
      switch (request.kind) {
        case 'read-again':
          await this.#done(this.#real(request))
          rest = await this.#again()
          break
        case 'create': {
          const isOther = await this.#create(request)
          if (this.#steps.isResumed || isOther) rest = await this.#again()
          break
        }
        case 'patch':
        case 'remove':
        case 'cancel':
        case 'respond':
          await this.#change(this.#real(request))
      }
    }
  }

  async #again(): Promise<readonly GraphRequest[]> {
    const { series } = await readGroup(this.entry.keys, this.#context)
    this.#now = series
    this.#fresh = freshKeys(series)
    return remainingRequests(this.#steps.replan(series), this.entry.done)
  }

  /** True when the event may be another one than the request describes: it is there from an earlier attempt. */
  async #create(request: Extract<GraphRequest, { readonly kind: 'create' }>): Promise<boolean> {
    const { body, kept } = request
    const { source } = this.#context
    try {
      const made = await createEvent(source, { body, kept, transactionId: this.entry.transactionId })
      await this.#done(request, made.requestId, [made.id])
      return false
    } catch (error) {
      if (!(error instanceof GraphError) || error.kind !== 'conflict') throw error
      const { series } = await searchGroup(this.entry.uid, this.#context)
      if (series.length === 0)
        throw new UnavailableError('Outlook has not finished making this event', 10, { cause: error })
      await this.#done(
        request,
        error.requestId,
        series.map(({ key }) => key),
      )
      return true
    }
  }

  async #change(request: Change): Promise<void> {
    const { target } = request
    const id = target.slot === undefined ? target.event : await this.#instanceOf(target)
    const ifMatch = target.slot === undefined ? this.#fresh.get(target.event) : undefined
    this.#fresh.delete(target.event)
    const gone: SentAnswer = { kind: 'gone', requestId: '' }
    const answer = id === undefined ? gone : await this.#sendMatching(request, id, ifMatch)
    if (answer.kind === 'gone' && !isNothingToDo(request)) {
      throw new ConflictError('what was to be changed is not in Outlook any more')
    }
    await this.#done(request, answer.requestId)
  }

  // Exchange changes the key by itself at times, seconds after a write: only other content is a conflict.
  async #sendMatching(request: Change, id: string, ifMatch: string | undefined): Promise<SentAnswer> {
    try {
      return await this.#send(request, id, ifMatch)
    } catch (error) {
      if (ifMatch === undefined || !(error instanceof GraphError) || error.kind !== 'conflict') throw error
      const { series } = await readGroup([request.target.event], this.#context)
      const before = this.#now.filter(({ key }) => key === request.target.event)
      if (series[0] === undefined || contentOf(series) !== contentOf(before)) throw error
      return await this.#send(request, id, series[0].main.changeKey)
    }
  }

  #send(request: Change, id: string, ifMatch: string | undefined): Promise<SentAnswer> {
    const { source } = this.#context
    switch (request.kind) {
      case 'patch':
        return patchEvent(source, id, {
          body: request.body,
          kept: request.kept,
          ifMatch,
          isMailed: request.effect === 'mails-attendees',
        })
      case 'remove':
        return removeEvent(source, id, ifMatch)
      case 'cancel':
        return cancelEvent(source, id, request.comment)
      case 'respond':
        return respondToEvent(source, id, request)
    }
  }

  /** The instance with this original start; undefined when the series has none such any more. */
  async #instanceOf({ event, slot }: Target): Promise<string | undefined> {
    if (slot === undefined) return event
    const day = Date.parse(`${slot.day}T00:00:00Z`)
    const known = this.#exceptionOf(event, slot.originalStart)
    const days = [day, ...(known === undefined ? [] : [known])]
    const range = {
      start: new Date(Math.min(...days) - 2 * dayMs).toISOString(),
      end: new Date(Math.max(...days) + 3 * dayMs).toISOString(),
    }
    const rows = await listInstances(this.#context.source, event, range)
    if (rows === 'gone') return undefined
    const wanted = Date.parse(slot.originalStart.length === 10 ? `${slot.originalStart}T00:00:00Z` : slot.originalStart)
    return rows.find(({ originalStart }) => Date.parse(originalStart) === wanted)?.id
  }

  // An exception lies where it was moved to, not where its slot is.
  #exceptionOf(event: string, originalStart: string): number | undefined {
    const series = this.#now.find(({ key }) => key === event)
    const found = series?.exceptions.find(
      (one) => one.originalStart !== null && isSameInstant(one.originalStart, originalStart),
    )
    return found && Date.parse(`${found.start.dateTime.slice(0, 19)}Z`)
  }

  #real<Request extends GraphRequest>(request: Request): Request {
    if (!('target' in request) || request.target.event !== created) return request
    const event = this.entry.keys[0] ?? created
    return { ...request, target: { ...request.target, event } }
  }

  async #done(request: GraphRequest, requestId = '', keys = this.entry.keys): Promise<void> {
    const { entry } = this
    this.entry = await this.#context.journal.note({
      ...entry,
      keys,
      done: [...entry.done, request],
      steps: [...entry.steps, `${request.kind} ${request.effect}`],
      requestIds: [...entry.requestIds, requestId],
    })
    this.#steps.onEntry(this.entry)
  }
}

const dayMs = 86_400_000

function freshKeys(series: Group['series']): Map<string, string> {
  return new Map(series.flatMap(({ key, main }) => (main.changeKey === '' ? [] : [[key, main.changeKey] as const])))
}

function contentOf(series: readonly GraphSeries[]): string {
  const versions = new Set(['changeKey', 'lastModifiedDateTime'])
  return JSON.stringify(series, (key, value: unknown) => (versions.has(key) ? undefined : value))
}

function isSameInstant(one: string, other: string): boolean {
  return Date.parse(one) === Date.parse(other)
}

function isNothingToDo(request: Change): boolean {
  return (
    request.kind === 'remove' ||
    request.kind === 'cancel' ||
    (request.kind === 'respond' && request.answer === 'decline')
  )
}
