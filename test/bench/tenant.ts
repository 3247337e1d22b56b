// The tenant that is measured, as a process of its own: `tsx tenant.ts COUNT`. Answers its parent once with where it is, and
// each message {change: n} when it has renamed n events.
import type { JsonObject } from '../../src/simulator/json.ts'
import { allDay, at, between, guest, html, repeats, weekly } from '../../src/simulator/drafts.ts'
import { weekdayOf } from '../../src/simulator/days.ts'
import { weekdays } from '../../src/simulator/recurrence.ts'
import { startSimulator } from '../../src/simulator/simulator.ts'

/** Where the tenant is, said once. */
export interface TenantAddress {
  readonly url: string
  readonly token: string
}

const zones = ['W. Europe Standard Time', 'GMT Standard Time', 'Eastern Standard Time', 'India Standard Time']

// Events around today, all inside the window that graphdav mirrors: one in ten is a series of ten weeks, one in ten lasts
// whole days, one in four is a meeting. The number decides everything, so every run has the same tenant.
function eventOf(number: number, today: number): JsonObject {
  const day = today - 120 + ((number * 37) % 720)
  const zone = zones[number % zones.length] ?? 'UTC'
  const minute = 7 * 60 + ((number * 15) % 600)
  const kind = number % 10
  return {
    subject: `Event ${number}`,
    ...html(`<p>Notes on event ${number}: ${'agenda and what was said last time, '.repeat(number % 7)}</p>`),
    ...at(`Room ${number % 40}`),
    ...(kind === 9 ? allDay(day, 1 + (number % 3), zone) : between(day, minute, 15 + (number % 8) * 15, zone)),
    ...(kind === 5 ? repeats(weekly([weekdays[weekdayOf(day)] ?? 'monday']), day, { count: 10 }) : {}),
    ...(number % 4 === 0 ? { attendees: [0, 1, 2].map((one) => colleague(number + one)) } : {}),
  }
}

function colleague(number: number): JsonObject {
  const name = `colleague${number % 90}`
  return guest({ name, address: `${name}@example.com` }, number % 2 === 0 ? 'accepted' : 'none')
}

const count = Number(process.argv[2])
const simulator = await startSimulator({ events: 0 })
const today = simulator.clock.today()
const ids = Array.from({ length: count }, (_, number) => simulator.control.createEvent({}, eventOf(number, today)).id)

let changes = 0
process.on('message', (message) => {
  const { change } = message as { readonly change: number } // our own parent
  changes += 1
  // Single events, spread over the calendar.
  for (let one = 0; one < change; one += 1) {
    const number = 1 + 10 * ((one * 7919 + changes * 31) % Math.max(1, Math.floor(count / 10)))
    simulator.control.updateEvent(ids[number] ?? '', { subject: `Event ${number}, changed ${changes}` })
  }
  process.send?.({ changed: change })
})
process.on('disconnect', () => void simulator.stop())
process.send?.({ url: simulator.url, token: simulator.token } satisfies TenantAddress)
