// POST …/calendar/getSchedule: when people are free or busy. Graph page "calendar: getSchedule"; the codes of single people
// are those of Exchange's GetUserAvailability. Only default calendars count.
import type { Answer } from './answer.ts'
import { contentOf } from './event.ts'
import { parseEventTime } from './event-input.ts'
import type { EventRequest } from './event-routes.ts'
import { instancesOf, type Range } from './instances.ts'
import { integerAt, type JsonObject, listAt, parseBody } from './json.ts'
import { appliedHeaders } from './listing.ts'
import { Refusal } from './refusal.ts'
import { whenOf } from './schedule.ts'
import type { Mailbox } from './tenant.ts'
import { instantAt, msPerDay, printDateTime, zoneOfLabel } from './zone-time.ts'

const mostSchedules = 20
const longestDays = 62

type Status = 'free' | 'tentative' | 'busy' | 'oof' | 'workingElsewhere' | 'unknown'

interface BusyItem extends Range {
  readonly status: Status
  readonly isPrivate: boolean
  readonly subject: string
  readonly location: string
}

export function postGetSchedule(asked: EventRequest): Answer {
  const { request, place, scope } = asked
  const body = withLowerNames(parseBody(request.body))
  const schedules = (listAt(body, 'schedules') ?? []).filter((one) => typeof one === 'string')
  if (schedules.length === 0 || schedules.length > mostSchedules) {
    throw badParameter(`Schedules has to hold 1 to ${mostSchedules} addresses.`)
  }
  const range = rangeAt(body)
  const minutes = integerAt(body, 'availabilityviewinterval') ?? 30
  if (minutes < 5 || minutes > 1440) throw badParameter('AvailabilityViewInterval has to be 5 to 1440 minutes.')
  const context = `${request.base}/${request.version}/$metadata#Collection(microsoft.graph.scheduleInformation)`
  const value = schedules.map((address) => {
    const mailbox = place.tenant.findMailbox(address)
    if (mailbox === undefined || mailbox.kind === 'group') return failed(address, notFound(address))
    if (!mailbox.isReachable) return failed(address, noAccess)
    const items = busyItems(asked, mailbox, range)
    const isOwn = mailbox.id === scope.mailbox.id
    return {
      scheduleId: address,
      availabilityView: availabilityView(items, range, minutes),
      scheduleItems: items.map((item) => shown(asked, item, isOwn)),
      workingHours: workingHoursOf(mailbox),
    }
  })
  return { status: 200, headers: appliedHeaders(request), json: { '@odata.context': context, value } }
}

function withLowerNames(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]))
}

function rangeAt(body: JsonObject): Range {
  const [start, end] = [parseEventTime(body, 'starttime'), parseEventTime(body, 'endtime')]
  if (!start || !end) throw badParameter('StartTime and EndTime are needed.')
  const when = whenOf(start, end, false)
  if (when.isAllDay || when.end === when.start) throw badParameter('EndTime has to be after StartTime.')
  if (when.end - when.start > longestDays * msPerDay) {
    throw new Refusal(400, 'ErrorTimeIntervalTooBig', `The range cannot be longer than ${longestDays} days.`)
  }
  return when
}

function busyItems({ place }: EventRequest, mailbox: Mailbox, range: Range): readonly BusyItem[] {
  const { tenant, switches } = place
  const zone = zoneOfLabel(mailbox.timeZone) ?? 'UTC'
  // Whole days lie where the mailbox has its midnights.
  const wide = { start: range.start - msPerDay, end: range.end + msPerDay }
  return tenant
    .eventsOf(tenant.defaultCalendar(mailbox))
    .flatMap((event) => instancesOf(event, wide, switches))
    .map(({ event, exception, when }) => {
      const content = contentOf(event, exception)
      const midnight = (day: number): number => instantAt({ day, second: 0 }, zone)
      const span = when.isAllDay ? { start: midnight(when.start), end: midnight(when.end) } : when
      return {
        start: span.start,
        end: span.end,
        status: content.showAs,
        isPrivate: content.sensitivity === 'private',
        subject: content.subject ?? '',
        location: content.locations.map(({ displayName }) => displayName).join('; '),
      }
    })
    .filter(({ start, end }) => start < range.end && end > range.start)
    .sort((one, other) => one.start - other.start)
}

/** Of others only the time is told. */
function shown({ view }: EventRequest, item: BusyItem, isOwn: boolean): JsonObject {
  const { isPrivate, subject, location, status } = item
  return {
    ...(isOwn ? { isPrivate, subject, location } : {}),
    status,
    start: printDateTime(item.start, view.zone, view.zoneLabel),
    end: printDateTime(item.end, view.zone, view.zoneLabel),
  }
}

/** One digit for each interval: that of the strongest item which touches it. */
function availabilityView(items: readonly BusyItem[], range: Range, minutes: number): string {
  const step = minutes * 60_000
  const count = Math.ceil((range.end - range.start) / step)
  const digits = Array.from({ length: count }, (_, index) => {
    const [start, end] = [range.start + index * step, range.start + (index + 1) * step]
    const strengths = items
      .filter((item) => item.start < end && item.end > start)
      .map(({ status }) => byStrength.indexOf(status))
    return digitOf[byStrength[Math.max(0, ...strengths)] ?? 'free']
  })
  return digits.join('')
}

const byStrength: readonly Status[] = ['free', 'unknown', 'workingElsewhere', 'tentative', 'busy', 'oof']
const digitOf = { free: '0', unknown: '0', tentative: '1', busy: '2', oof: '3', workingElsewhere: '4' } as const

function workingHoursOf(mailbox: Mailbox): JsonObject {
  return {
    daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
    startTime: '08:00:00.0000000',
    endTime: '17:00:00.0000000',
    timeZone: { name: mailbox.timeZone },
  }
}

interface ScheduleError {
  readonly responseCode: string
  readonly message: string
}

function notFound(address: string): ScheduleError {
  return {
    responseCode: 'ErrorMailRecipientNotFound',
    message: `Unable to resolve e-mail address ${address} to an Active Directory object.`,
  }
}

const noAccess: ScheduleError = {
  responseCode: 'ErrorNoFreeBusyAccess',
  message: 'The caller does not have free/busy data access.',
}

function failed(scheduleId: string, error: ScheduleError): JsonObject {
  return { scheduleId, availabilityView: '', scheduleItems: [], error }
}

function badParameter(message: string): Refusal {
  return new Refusal(400, 'ErrorInvalidParameter', message)
}
