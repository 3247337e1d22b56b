// The living tenant: while a demo runs, a colleague changes something every half minute, so that a subscribed client visibly
// updates. The order is fixed; a step whose event is gone does nothing.
import { adding } from './adding.ts'
import { deleteEvent, updateEvent } from './changes.ts'
import type { Day } from './days.ts'
import { at, between, guest, html } from './drafts.ts'
import type { StoredEvent } from './event.ts'
import { parseEventInput } from './event-input.ts'
import { updateInstance } from './instance-changes.ts'
import { instanceAt } from './instances.ts'
import type { JsonObject } from './json.ts'
import type { Place } from './place.ts'
import type { Simulator } from './simulator.ts'
import { parseTrusted } from './trusted.ts'
import { localTimeOf } from './zone-time.ts'

const zone = 'W. Europe Standard Time'

export interface Living {
  /** No change any more; resolves when the last one is done. */
  stop(): Promise<void>
}

/** Does one step after each `everyMs`. `onChange` gets a sentence about each. */
export function startLiving(
  simulator: Simulator,
  { everyMs, onChange }: { readonly everyMs: number; readonly onChange?: (sentence: string) => void },
): Living {
  const stopping = new AbortController()
  const run = async (): Promise<void> => {
    for (let step = 0; ; step += 1) {
      await simulator.clock.sleep(everyMs, stopping.signal)
      onChange?.(livingStep({ tenant: simulator.tenant, switches: simulator.switches() }, step))
    }
  }
  const running = run().catch((error: unknown) => {
    if (!stopping.signal.aborted) throw error
  })
  return {
    stop: () => {
      stopping.abort()
      return running
    },
  }
}

/** Does the step with this number (they repeat) in the default calendar; says what was done. */
export function livingStep(place: Place, step: number): string {
  const today = localTimeOf(place.tenant.clock.now(), 'Europe/Berlin').day
  const doing = steps[step % steps.length]
  return doing ? doing(place, today, Math.floor(step / steps.length)) : 'nothing'
}

type Step = (place: Place, today: Day, turn: number) => string

const visitor = 'Question from Noor'

const steps: readonly Step[] = [
  (place, today, turn) => {
    const start = 16 * 60 + (turn % 4) * 15
    addToday(place, { subject: visitor, ...between(today, start, 15, zone) }, at('At your desk'))
    return 'a colleague put a short meeting into today'
  },
  (place, today, turn) => {
    const start = 14 * 60 + ((turn % 3) + 1) * 15
    return changed(place, 'Focus time', between(today, start, 90, zone), 'the focus time moved')
  },
  (place, _, turn) => {
    const [answer, other] = turn % 2 === 0 ? ['accepted', 'declined'] : ['tentativelyAccepted', 'accepted']
    const attendees = [
      guest({ name: 'Noor Haddad', address: 'noor@fabrikam.example' }, answer),
      guest({ name: 'Jun Sato', address: 'jun@fabrikam.example' }, other),
    ]
    return changed(place, 'Budget review', { attendees }, 'the guests of the budget review answered')
  },
  (place, today, turn) => moveStandUp(place, today, turn),
  (place, _, turn) => {
    const room = ['Canteen', 'Café Nord', 'Harbour kiosk'][turn % 3] ?? 'Canteen'
    return changed(place, 'Lunch with Noor', at(room), 'lunch has another place')
  },
  (place, _, turn) => {
    const note = html(`<p>Agenda, version ${turn + 2}</p><p>Bring the drawings.</p>`)
    return changed(place, 'Design sync', note, 'the agenda of the design sync changed')
  },
  (place) => {
    const event = found(place, visitor)
    if (event) deleteEvent(place, event)
    return 'the short meeting was called off'
  },
]

function addToday(place: Place, ...pieces: readonly JsonObject[]): void {
  const calendar = place.tenant.defaultCalendar(place.tenant.me)
  const organizer = {
    isOrganizer: false,
    organizer: { emailAddress: { name: 'Noor Haddad', address: 'noor@fabrikam.example' } },
  }
  adding(place, calendar)(organizer, ...pieces)
}

function changed(place: Place, subject: string, change: JsonObject, sentence: string): string {
  const event = found(place, subject)
  if (!event) return `there is no ${subject} any more`
  updateEvent(place, event, parseEventInput(change), parseTrusted(change))
  return sentence
}

/** The next stand-up that is not moved yet starts a quarter of an hour later. */
function moveStandUp(place: Place, today: Day, turn: number): string {
  const series = found(place, 'Stand-up')
  const days = Array.from({ length: 14 }, (_, offset) => today + 1 + offset)
  const slot = days.find((day) => {
    const item = series && instanceAt(series, day, place.switches)
    return item !== undefined && (item.exception?.overrides.subject ?? 'Stand-up') === 'Stand-up'
  })
  if (!series || slot === undefined) return 'there is no stand-up to move'
  const change = between(slot, 9 * 60 + 45 + (turn % 2) * 15, 15, zone)
  updateInstance(place, series, slot, parseEventInput(change))
  return 'the next stand-up starts later'
}

function found(place: Place, subject: string): StoredEvent | undefined {
  const { tenant } = place
  return tenant.eventsOf(tenant.defaultCalendar(tenant.me)).find((event) => event.content.subject === subject)
}
