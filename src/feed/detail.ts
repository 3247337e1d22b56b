// What a feed shows of a calendar object: full, titles or busy; private events; hidden ones. Pure.
// A hidden override leaves an EXDATE, else its slot would show the master.
import type { CalendarObject, Component, Property } from '../ical/object.ts'
import {
  escapeText,
  firstProperty,
  parameterOf,
  propertiesOf,
  splitTexts,
  textOf,
  textProperty,
  valueOf,
  withProperties,
} from '../ical/text.ts'
import type { FeedProfile } from './profile.ts'

/** The part of a profile that decides what is shown. */
export type DetailRules = Pick<FeedProfile, 'detail' | 'private' | 'reminders' | 'attendees' | 'hide'>

/**
 * The object as the feed's reader sees it: the object itself when all of it is shown, undefined when nothing is.
 * `ownerAddresses` are the mailbox's.
 */
export function reduce(
  object: CalendarObject,
  rules: DetailRules,
  ownerAddresses: readonly string[],
): CalendarObject | undefined {
  const hidden = object.overrides.filter((override) => isHidden(override, rules, ownerAddresses))
  const overrides = object.overrides
    .filter((override) => !hidden.includes(override))
    .map((override) => reduceEvent(override, rules))
  const isMasterShown = object.master !== undefined && !isHidden(object.master, rules, ownerAddresses)
  const master = isMasterShown ? reduceEvent(withoutSlots(object.master, hidden), rules) : undefined
  if (!master && overrides.length === 0) return undefined
  const isWhole =
    master === object.master &&
    hidden.length === 0 &&
    overrides.every((event, index) => event === object.overrides[index])
  return isWhole ? object : { ...object, master, overrides }
}

function isHidden(event: Component, rules: DetailRules, ownerAddresses: readonly string[]): boolean {
  return hidingRule(event, rules, ownerAddresses) !== undefined
}

/** The rule of the configuration that leaves an event out of a feed, in its words; undefined: none does. */
export function hidingRule(
  event: Component,
  { hide, ...rules }: DetailRules,
  ownerAddresses: readonly string[],
): string | undefined {
  if (valueOf(event, 'STATUS') === 'CANCELLED') return 'it is cancelled'
  if (isPrivate(event) && rules.private === 'hide') return 'it is private, and private: hide'
  if (hide.declined && isDeclined(event, ownerAddresses)) return 'it was declined, and hide.declined: true'
  if (hide.free && valueOf(event, 'TRANSP') === 'TRANSPARENT') return 'it is shown as free, and hide.free: true'
  const categories = propertiesOf(event, 'CATEGORIES').flatMap(({ value }) => splitTexts(value))
  if (categories.some((category) => hide.categories.includes(category)))
    return 'one of its categories is in hide.categories'
  if (hide.title !== null && (textOf(event, 'SUMMARY') ?? '').search(hide.title) >= 0)
    return 'its title matches hide.title'
  return undefined
}

/** How much of an event that is not left out a feed shows, and the rule that says so. */
export function shownDetail(
  event: Component,
  rules: DetailRules,
): { readonly detail: DetailRules['detail']; readonly because: string } {
  const isKept = !isPrivate(event) || (rules.private === 'show' && rules.detail === 'full')
  if (isKept) return { detail: rules.detail, because: `detail: ${rules.detail}` }
  return { detail: 'busy', because: `it is private, and private: ${rules.private} with detail: ${rules.detail}` }
}

function isPrivate(event: Component): boolean {
  const name = valueOf(event, 'CLASS')
  return name !== undefined && name !== 'PUBLIC'
}

function isDeclined(event: Component, ownerAddresses: readonly string[]): boolean {
  const own = new Set(ownerAddresses.map((address) => `mailto:${address.toLowerCase()}`))
  return propertiesOf(event, 'ATTENDEE').some(
    (attendee) => own.has(attendee.value.toLowerCase()) && parameterOf(attendee, 'PARTSTAT') === 'DECLINED',
  )
}

// One EXDATE per slot, typed and zoned as the RECURRENCE-ID is (RFC 5545 §3.8.5.1).
function withoutSlots(master: Component, hidden: readonly Component[]): Component {
  const dates = hidden.flatMap((override): readonly Property[] => {
    const slot = firstProperty(override, 'RECURRENCE-ID')
    if (!slot) return []
    const parameters = slot.parameters.filter(({ name }) => name === 'VALUE' || name === 'TZID')
    return [{ name: 'EXDATE', parameters, value: slot.value }]
  })
  return dates.length === 0 ? master : { ...master, properties: [...master.properties, ...dates] }
}

function reduceEvent(event: Component, rules: DetailRules): Component {
  const { detail } = shownDetail(event, rules)
  if (detail === 'busy') return reduceTo(event, timeProperties, rules, busyWord(event))
  if (detail === 'titles') return reduceTo(event, titleProperties, rules, textOf(event, 'SUMMARY') ?? '')
  const properties = event.properties.filter(({ name }) => rules.attendees || !people.has(name))
  const components = event.components.filter((component) => isComponentShown(component, rules))
  const isWhole = properties.length === event.properties.length && components.length === event.components.length
  return isWhole ? event : { ...event, properties, components }
}

// A reminder by e-mail names those who get it.
function isComponentShown(component: Component, { reminders, attendees }: DetailRules): boolean {
  if (component.name !== 'VALARM') return true
  return reminders && (attendees || valueOf(component, 'ACTION') !== 'EMAIL')
}

// What an alarm says would tell the title, so it says what the event does.
function reduceTo(event: Component, shown: ReadonlySet<string>, rules: DetailRules, summary: string): Component {
  const alarms = event.components.filter(({ name }) => name === 'VALARM' && rules.reminders)
  const reduced = {
    ...event,
    properties: event.properties.filter(({ name }) => shown.has(name)),
    components: alarms.map((alarm) => alarmOf(alarm, summary)),
  }
  return summary === '' ? reduced : withProperties(reduced, [textProperty('SUMMARY', summary)])
}

function alarmOf(alarm: Component, summary: string): Component {
  const trigger = propertiesOf(alarm, 'TRIGGER')
  const action = { name: 'ACTION', parameters: [], value: 'DISPLAY' }
  return {
    name: 'VALARM',
    properties: [action, ...trigger, { name: 'DESCRIPTION', parameters: [], value: escapeText(summary || 'Reminder') }],
    components: [],
  }
}

// How busy is part of when; the words are those of Outlook's own free/busy view.
function busyWord(event: Component): string {
  const status = valueOf(event, 'X-MICROSOFT-CDO-BUSYSTATUS')
  if (status === 'OOF') return 'Away'
  if (status === 'TENTATIVE' || valueOf(event, 'STATUS') === 'TENTATIVE') return 'Tentative'
  return valueOf(event, 'TRANSP') === 'TRANSPARENT' ? 'Free' : 'Busy'
}

const timeProperties: ReadonlySet<string> = new Set([
  'UID',
  'DTSTAMP',
  'LAST-MODIFIED',
  'SEQUENCE',
  'DTSTART',
  'DTEND',
  'DURATION',
  'RRULE',
  'RDATE',
  'EXDATE',
  'RECURRENCE-ID',
  'STATUS',
  'TRANSP',
  'X-MICROSOFT-CDO-ALLDAYEVENT',
  'X-MICROSOFT-CDO-BUSYSTATUS',
])

const titleProperties: ReadonlySet<string> = new Set([...timeProperties, 'SUMMARY', 'LOCATION'])

const people: ReadonlySet<string> = new Set(['ORGANIZER', 'ATTENDEE', 'CONTACT', 'X-MS-OLK-SENDER'])
