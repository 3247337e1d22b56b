// The requests that a write will make, as data: a test can print them, the plan journal can store them as JSON, and each may
// be repeated. Who hears of it is part of each request (Graph pages "Create event", "Update event", "event: cancel").
import type { GraphEventInput, GraphEvent } from '../graph/types.ts'

/** Whom a request is heard by: nobody, the organizer, or all attendees by mail. */
export type Effect = 'silent' | 'answers-organizer' | 'mails-attendees'

/** A slot of a series, as its instance is found: by its original start, never by the day that it lies in now. */
export interface TargetSlot {
  /** RFC 3339 in UTC; the day (`yyyy-MM-dd`) of an all-day series. */
  readonly originalStart: string
  /** The slot's day in the series' zone. */
  readonly day: string
}

/** The event of a request. */
export interface Target {
  /** Graph id of a single event or a master; `created`: the one that this plan creates. */
  readonly event: string
  /** The instance of that master; undefined for the event itself. */
  readonly slot?: TargetSlot
}

/** Our own extended properties that are written with an event; undefined stays as it is, null is taken away. */
export interface KeptInput {
  readonly uid?: string
  readonly name?: string
  /** JSON of `printKept`. */
  readonly values?: string | null
}

export type Answer = 'accept' | 'tentativelyAccept' | 'decline'

/**
 * One step. A target that is gone is a success for `remove`, `cancel` and `respond` with `decline`; the executor adds the
 * transactionId to `create`. `read-again`: read the series, plan again against it, and go on with that plan.
 */
export type GraphRequest = { readonly effect: Effect } & (
  | { readonly kind: 'create'; readonly body: GraphEventInput; readonly kept: KeptInput }
  | { readonly kind: 'patch'; readonly target: Target; readonly body: GraphEventInput; readonly kept?: KeptInput }
  | { readonly kind: 'remove'; readonly target: Target }
  | { readonly kind: 'cancel'; readonly target: Target; readonly comment: string }
  | {
      readonly kind: 'respond'
      readonly target: Target
      readonly answer: Answer
      readonly comment: string
      readonly sendResponse: boolean
    }
  | { readonly kind: 'read-again'; readonly target: Target }
)

/** The requests of a plan that are not done yet: what was sent to an event once is not sent to it again. */
export function remainingRequests(
  planned: readonly GraphRequest[],
  done: readonly GraphRequest[],
): readonly GraphRequest[] {
  return planned.flatMap((request): readonly GraphRequest[] => {
    if (request.kind === 'read-again' || request.kind === 'create') return done.some(isSame(request)) ? [] : [request]
    const own = done.filter((other) => other.kind !== 'create' && isSame(request.target)(other.target))
    if (request.kind !== 'patch') return own.some(isSame(request)) ? [] : [request]
    const patches = own.filter((other) => other.kind === 'patch')
    const body = unsent(
      request.body,
      patches.map((patch) => patch.body),
    )
    const kept =
      request.kept &&
      unsent(
        request.kept,
        patches.map((patch) => patch.kept ?? {}),
      )
    const isEmpty = Object.keys(body).length + Object.keys(kept ?? {}).length === 0
    return isEmpty
      ? []
      : [{ kind: 'patch', effect: request.effect, target: request.target, body, ...(kept && { kept }) }]
  })
}

function isSame(one: unknown): (other: unknown) => boolean {
  const text = JSON.stringify(one)
  return (other) => JSON.stringify(other) === text
}

function unsent<Values extends object>(values: Values, sent: readonly object[]): Partial<Values> {
  const isSent = ([key, value]: readonly [string, unknown]): boolean =>
    sent.some((other) => isSame(value)(Object.entries(other).find(([name]) => name === key)?.[1]))
  return Object.fromEntries(Object.entries(values).filter((entry) => !isSent(entry))) as Partial<Values>
}

// What only the owner of a calendar sees of a meeting; Exchange sends nobody an update of these.
const personal: ReadonlySet<keyof GraphEventInput> = new Set([
  'categories',
  'isReminderOn',
  'reminderMinutesBeforeStart',
  'showAs',
])

/** True when a write of these keys stays in the owner's own calendar. */
export function isPersonal(body: GraphEventInput): boolean {
  return Object.keys(body).every((key) => personal.has(key as keyof GraphEventInput))
}

/** Whom a PATCH is heard by; of a master, also by the guests of its changed dates (Graph page "Update event"). */
export function effectOfPatch(
  body: GraphEventInput,
  current: GraphEvent,
  exceptions: readonly GraphEvent[] = [],
): Effect {
  const isHeard = hasGuests([current, ...exceptions]) || (body.attendees?.length ?? 0) > 0
  return current.isOrganizer && isHeard && !isPersonal(body) ? 'mails-attendees' : 'silent'
}

function hasGuests(events: readonly GraphEvent[]): boolean {
  return events.some(({ attendees }) => attendees.length > 0)
}

/** Whom a new event is heard by. */
export function effectOfCreate(body: GraphEventInput): Effect {
  return (body.attendees?.length ?? 0) > 0 ? 'mails-attendees' : 'silent'
}

/** Whom the end of an event, a series or an instance is heard by: the organizer's goes out as a cancellation. */
export function effectOfRemoval(current: GraphEvent, exceptions: readonly GraphEvent[] = []): Effect {
  const held = [current, ...exceptions].filter(({ isCancelled }) => !isCancelled)
  return current.isOrganizer && hasGuests(held) ? 'mails-attendees' : 'silent'
}
