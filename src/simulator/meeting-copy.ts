// An attendee's copy of a meeting: made from the organizer's event, with the attendee's own reminder, categories, busy state
// and answer. Pure but for new ids and versions.
import type { Day } from './days.ts'
import type { Attendee, Content, StoredEvent, StoredException } from './event.ts'
import type { Place } from './place.ts'
import type { Calendar } from './tenant.ts'

type Personal = Pick<
  Content,
  'categories' | 'isReminderOn' | 'reminderMinutesBeforeStart' | 'showAs' | 'responseStatus' | 'isOrganizer'
>

const unanswered: Pick<Content, 'showAs' | 'responseStatus'> = {
  showAs: 'tentative',
  responseStatus: { response: 'notResponded', at: undefined },
}

const fresh: Personal = {
  categories: [],
  isReminderOn: true,
  reminderMinutesBeforeStart: 15,
  isOrganizer: false,
  ...unanswered,
}

/** A new copy in an attendee's calendar. */
export function meetingCopy({ tenant }: Place, event: StoredEvent, calendar: Calendar): StoredEvent {
  const stamp = tenant.nextVersion()
  return {
    ...event,
    ...tenant.nextEvent(),
    calendar: calendar.key,
    folderMoves: 0,
    content: { ...received(event.content), ...fresh },
    exceptions: new Map(
      [...event.exceptions].map(([slot, exception]) => [slot, receivedException(exception, undefined)]),
    ),
    properties: new Map(),
    transactionId: null,
    overlay: {},
    ...stamp,
    created: stamp.modified,
  }
}

/** The copy after an update of the series or single event, or of one instance. Another time makes it unanswered. */
export function updatedCopy(
  { tenant }: Place,
  event: StoredEvent,
  copy: StoredEvent,
  slot: Day | undefined,
): StoredEvent {
  const stamp = tenant.nextVersion()
  if (slot !== undefined) {
    const exception = event.exceptions.get(slot)
    if (!exception) return { ...copy, ...stamp }
    const exceptions = new Map([
      ...copy.exceptions,
      [slot, receivedException(exception, copy.exceptions.get(slot))] as const,
    ])
    return { ...copy, exceptions, cancelled: copy.cancelled.filter((day) => day !== slot), ...stamp }
  }
  const isMoved = !isEqual([copy.when, copy.recurrence], [event.when, event.recurrence])
  return {
    ...copy,
    content: { ...received(event.content), ...personalOf(copy.content), ...(isMoved ? unanswered : {}) },
    when: event.when,
    recurrence: event.recurrence,
    startZone: event.startZone,
    endZone: event.endZone,
    cancelled: isMoved ? event.cancelled : copy.cancelled,
    exceptions: updatedExceptions(event, copy, isMoved),
    ...stamp,
  }
}

function updatedExceptions(event: StoredEvent, copy: StoredEvent, isMoved: boolean): StoredEvent['exceptions'] {
  const own = isMoved ? [] : [...copy.exceptions].filter(([slot]) => !event.exceptions.has(slot))
  const theirs = [...event.exceptions]
    .filter(([slot]) => isMoved || !copy.cancelled.includes(slot))
    .map(([slot, exception]) => [slot, receivedException(exception, copy.exceptions.get(slot))] as const)
  return new Map([...own, ...theirs])
}

/** The organizer's exception with what the attendee has of its own. */
function receivedException(theirs: StoredException, own: StoredException | undefined): StoredException {
  const overrides = Object.fromEntries(Object.entries(received(theirs.overrides)).filter(([key]) => !(key in fresh)))
  const kept = Object.fromEntries(Object.entries(own?.overrides ?? {}).filter(([key]) => key in fresh))
  return {
    ...theirs,
    overrides: { ...overrides, ...kept },
    properties: own?.properties ?? new Map<string, string>(),
    created: own?.created ?? theirs.created,
  }
}

/** Nobody but the organizer sees how the others answered. */
function received<Shown extends Partial<Content>>(content: Shown): Shown {
  const unseen = (attendee: Attendee): Attendee => ({ ...attendee, status: { response: 'none', at: undefined } })
  return content.attendees ? { ...content, attendees: content.attendees.map(unseen) } : content
}

function personalOf(content: Content): Personal {
  const { categories, isReminderOn, reminderMinutesBeforeStart, showAs, responseStatus, isOrganizer } = content
  return { categories, isReminderOn, reminderMinutesBeforeStart, showAs, responseStatus, isOrganizer }
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
