// The sample tenant: a year of one person's work and private calendars around the clock's today, and a few events in every
// other kind of calendar that a configuration can name.
import { type Adding, adding } from './adding.ts'
import { cancelInstance, updateInstance } from './instance-changes.ts'
import { type Day, datePartsOf, dayOf } from './days.ts'
import { allDay, at, type Guest, guest, html, next, repeats, timed, weekly, yearlyOn } from './drafts.ts'
import { parseEventInput } from './event-input.ts'
import { createPeople, type People } from './people.ts'
import type { Place } from './place.ts'
import { localTimeOf } from './zone-time.ts'

const berlin = 'W. Europe Standard Time'
const newYork = 'Eastern Standard Time'
const tokyo = 'Tokyo Standard Time'

/** People of other organisations and colleagues without a mailbox here. */
const guests = {
  noor: { name: 'Noor Haddad', address: 'noor@fabrikam.example' },
  ivo: { name: 'Ivo Brandt', address: 'ivo@fabrikam.example' },
  oda: { name: 'Oda Berg', address: 'oda@adatum.example' },
  jun: { name: 'Jun Sato', address: 'jun@fabrikam.example' },
  room: { name: 'Room 4', address: 'room4@fabrikam.example' },
} as const satisfies Readonly<Record<string, Guest>>

export function fillSampleTenant(place: Place): People {
  const people = createPeople(place)
  const today = localTimeOf(place.tenant.clock.now(), 'Europe/Berlin').day
  const work = adding(place, people.work)
  standUp(place, work, today)
  ownMeetings(work, today)
  invitations(work, today)
  workSeries(work, today)
  wholeDays(work, today)
  personal(adding(place, people.personal), today)
  birthdays(adding(place, people.birthdays), today)
  others(place, people, today)
  return people
}

/** Monday of the week of a day. */
function monday(day: Day): Day {
  return next('monday', day - 6)
}

/** Three times a week; one date of next week is moved, one is cancelled. */
function standUp(place: Place, add: Adding, today: Day): void {
  const first = monday(today) - 26 * 7
  const series = add(
    { subject: 'Stand-up', categories: ['Blue category'] },
    timed(first, '09:30', 15, berlin),
    repeats(weekly(['monday', 'wednesday', 'friday']), first, { date: first + 60 * 7 }),
    {
      attendees: [guest(guests.noor, 'accepted'), guest(guests.ivo, 'accepted')],
      ...html('<p>What is next, what is in the way.</p>'),
    },
  )
  const nextMonday = monday(today) + 7
  const moved = { subject: 'Stand-up (moved)', ...timed(nextMonday + 3, '14:00', 15, berlin) }
  const changed = updateInstance(place, series, nextMonday + 2, parseEventInput(moved))
  cancelInstance(place, changed, nextMonday + 4)
}

function ownMeetings(add: Adding, today: Day): void {
  const free = { isReminderOn: false, showAs: 'free' }
  add({ subject: 'Lunch with Noor' }, timed(today, '12:30', 60, berlin), at('Canteen'), free)
  add({ subject: 'Focus time', categories: ['Green category'] }, timed(today, '14:00', 90, berlin))
  add(
    { subject: 'Budget review', importance: 'high' },
    timed(today + 1, '10:00', 60, berlin),
    at('Room 4'),
    html('<p>Numbers for the <b>second quarter</b>.</p><ul><li>Plan</li><li>Actual</li></ul>'),
    {
      attendees: [
        guest(guests.noor, 'accepted'),
        guest(guests.ivo, 'tentativelyAccepted', 'optional'),
        guest(guests.jun, 'none'),
        guest(guests.room, 'accepted', 'resource'),
      ],
    },
  )
  add({ subject: 'Harbour: weekly call' }, timed(today + 1, '11:30', 45, berlin), teams, {
    attendees: [guest(guests.oda, 'accepted')],
  })
  add({ subject: 'Hold: workshop with Adatum', showAs: 'tentative' }, timed(today + 9, '09:00', 420, berlin))
  add({ subject: 'Dentist', sensitivity: 'private' }, timed(today + 3, '16:00', 45, berlin))
  add({ subject: 'Release night', showAs: 'busy' }, timed(today + 12, '22:00', 240, berlin), at('Remote'))
  add(
    { subject: 'Flight to Tokyo', showAs: 'oof' },
    {
      start: timed(today + 40, '13:05', 0, berlin)['start'],
      end: timed(today + 41, '09:20', 0, tokyo)['start'],
    },
  )
}

const teams = {
  isOnlineMeeting: true,
  onlineMeetingProvider: 'teamsForBusiness',
  onlineMeeting: { joinUrl: 'https://teams.example/l/meetup-join/19%3ameeting_harbour%40thread.v2/0' },
  ...html(
    '<p>Agenda: <a href="https://wiki.fabrikam.example/harbour">wiki</a></p><div>________________________________</div>' +
      '<div class="me-email-text"><h2>Microsoft Teams meeting</h2><p><a href="https://teams.example/l/meetup-join/' +
      '19%3ameeting_harbour%40thread.v2/0">Join the meeting now</a></p><p>Meeting ID: 345 678 901 234</p></div>',
  ),
}

/** Meetings of others, one for each answer, and one that was cancelled. */
function invitations(add: Adding, today: Day): void {
  const invited = (response: string): Record<string, unknown> => ({
    isOrganizer: false,
    organizer: { emailAddress: guests.oda },
    responseStatus: { response, time: '2026-01-05T10:00:00Z' },
    attendees: [guest({ name: 'Mara Lindqvist', address: 'mara@fabrikam.example' }, response)],
  })
  add({ subject: 'Contract talks' }, timed(today + 2, '13:00', 60, berlin), invited('accepted'), at('Adatum, Quay 3'))
  add(
    { subject: 'Design sync', showAs: 'tentative' },
    timed(today + 4, '15:00', 30, berlin),
    invited('tentativelyAccepted'),
  )
  add({ subject: 'Vendor webinar', showAs: 'free' }, timed(today + 5, '10:00', 60, berlin), invited('declined'))
  add({ subject: 'Town hall', showAs: 'tentative' }, timed(today + 8, '11:00', 60, berlin), invited('notResponded'))
  add(
    { subject: 'Canceled: Vendor call', isCancelled: true, showAs: 'free' },
    timed(today + 6, '16:00', 30, berlin),
    invited('accepted'),
  )
}

function workSeries(add: Adding, today: Day): void {
  const thursday = next('thursday', today - 20 * 7)
  add(
    { subject: 'New York call' },
    timed(thursday, '10:00', 45, newYork),
    repeats(weekly(['thursday']), thursday, { date: thursday + 46 * 7 }),
  )
  const tuesday = next('tuesday', today - 12 * 7)
  add(
    { subject: 'One-on-one with Ivo' },
    timed(tuesday, '15:30', 30, berlin),
    repeats(weekly(['tuesday'], 2), tuesday, 'forever'),
  )
  const week = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday']
  const first = monday(today - 180)
  add(
    { subject: 'Month-end close', categories: ['Red category'] },
    timed(first, '16:00', 120, berlin),
    repeats({ type: 'relativeMonthly', daysOfWeek: week, index: 'last' }, first, 'forever'),
  )
  const course = monday(today) + 21
  add(
    { subject: 'Sailing course (theory)' },
    timed(course, '18:00', 90, berlin),
    repeats({ type: 'daily' }, course, { count: 5 }),
  )
}

function wholeDays(add: Adding, today: Day): void {
  const { year } = datePartsOf(today)
  const holidays = [
    ['New Year’s Day', 1, 1],
    ['Labour Day', 5, 1],
    ['Christmas Day', 12, 25],
    ['Second Day of Christmas', 12, 26],
  ] as const
  for (const [subject, month, day] of holidays) {
    for (const one of [year, year + 1]) {
      const shown = { categories: ['Holiday'], showAs: 'free', isReminderOn: false }
      add({ subject, ...shown }, allDay(dayOf(one, month, day), 1, berlin))
    }
  }
  add({ subject: 'Vacation', showAs: 'oof' }, allDay(monday(today) + 42, 12, berlin))
  add({ subject: 'Offsite', showAs: 'oof' }, allDay(next('tuesday', today + 15), 2, berlin), at('Lakeside House'))
}

function personal(add: Adding, today: Day): void {
  const tuesday = next('tuesday', today - 100)
  add(
    { subject: 'Gym' },
    timed(tuesday, '18:30', 75, berlin),
    repeats(weekly(['tuesday', 'thursday']), tuesday, 'forever'),
  )
  const wednesday = next('wednesday', today - 60)
  add(
    { subject: 'Choir' },
    timed(wednesday, '19:30', 120, berlin),
    repeats(weekly(['wednesday'], 2), wednesday, { count: 20 }),
    at('St. Olaf’s hall'),
  )
  const { year, month } = datePartsOf(today - 150)
  const payday = dayOf(year, [1, 3, 5, 7, 8, 10, 12].find((one) => one >= month) ?? 12, 31)
  add(
    { subject: 'Pay the rent', showAs: 'free', reminderMinutesBeforeStart: 900 },
    allDay(payday, 1, berlin),
    repeats({ type: 'absoluteMonthly', dayOfMonth: 31 }, payday, 'forever'),
  )
  add({ subject: 'Breakfast with Anna' }, timed(today, '07:30', 45, berlin), at('Café Nord'))
  add({ subject: 'Parents’ evening' }, timed(today + 7, '19:00', 90, berlin), at('School'))
  add({ subject: 'Concert' }, timed(today + 17, '20:00', 150, berlin), at('Harbour hall'))
  add({ subject: 'Weekend at the sea', showAs: 'oof' }, allDay(next('friday', today + 24), 3, berlin))
}

function birthdays(add: Adding, today: Day): void {
  for (const [name, distance, years] of [
    ['Anna', 4, 41],
    ['Elias', 33, 9],
    ['Ingrid', -90, 68],
    ['Noor', 150, 35],
  ] as const) {
    const { year, month, day } = datePartsOf(today + distance)
    const born = dayOf(year - years, month, Math.min(day, 28))
    const shown = { subject: `${name}’s birthday`, showAs: 'free', isReminderOn: false }
    add(shown, allDay(born, 1, berlin), repeats(yearlyOn(born), born, 'forever'))
  }
}

/** One thing or two for the calendar group, the colleague, the shared mailbox and the Microsoft 365 group. */
function others(place: Place, people: People, today: Day): void {
  const projects = adding(place, people.projects)
  projects({ subject: 'Site visit' }, timed(today + 10, '09:00', 180, berlin), at('Quay 3'))
  projects({ subject: 'Foundation finished' }, allDay(today + 30, 1, berlin))
  const colleague = adding(place, place.tenant.defaultCalendar(people.colleague))
  colleague({ subject: 'Supplier visit' }, timed(today + 1, '13:00', 90, berlin))
  colleague({ subject: 'Doctor', sensitivity: 'private' }, timed(today + 2, '08:30', 30, berlin))
  const desk = adding(place, place.tenant.defaultCalendar(people.shared))
  const first = monday(today) - 28
  const week = weekly(['monday', 'tuesday', 'wednesday', 'thursday', 'friday'])
  desk(
    { subject: 'Reception staffed' },
    timed(first, '08:00', 600, berlin),
    repeats(week, first, { date: first + 300 }),
  )
  desk({ subject: 'Parcel pick-up' }, timed(today, '15:00', 15, berlin))
  const team = adding(place, place.tenant.defaultCalendar(people.team))
  const friday = next('friday', today - 21)
  team(
    { subject: 'Harbour weekly' },
    timed(friday, '10:00', 60, berlin),
    repeats(weekly(['friday']), friday, { count: 30 }),
  )
  team({ subject: 'Topping-out' }, allDay(today + 60, 1, berlin))
}
