// ORGANIZER and ATTENDEE of two texts: who was added, removed, invited otherwise, and what the mailbox's owner answered (RFC
// 5545 §3.2, §3.8.4; RFC 6638 §7.1 SCHEDULE-AGENT). Answers of others are theirs: a PUT cannot change them.
import type { GraphAttendee } from '../graph/types.ts'
import type { Component, Parameter, Property } from '../ical/object.ts'
import { firstProperty, parameterOf, propertiesOf } from '../ical/text.ts'
import type { FieldChange } from './compare-fields.ts'
import { isSameAddress } from './people.ts'

/** One attendee as far as Graph and the comparison are concerned. */
export interface Person {
  /** Mail address, lower case; another address where there is none. */
  readonly address: string
  readonly type: GraphAttendee['type']
  /** PARTSTAT. */
  readonly answer: string
  readonly line: Property
}

export interface PeopleChanges {
  /** Addresses, in the order of the text. */
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** Who is now required, optional or a resource. */
  readonly retyped: readonly FieldChange[]
  /** The owner's own PARTSTAT. */
  readonly ownAnswer: FieldChange | undefined
  /** Whose answer the text changes though it is not the owner's; nothing is made of it. */
  readonly answersOfOthers: readonly string[]
  readonly organizer: FieldChange | undefined
  /** Parameters that Graph has no place for (DELEGATED-TO, MEMBER …), by address. */
  readonly details: readonly FieldChange[]
  /** Attendees that the client mails itself (SCHEDULE-AGENT=CLIENT or NONE), when they differ. */
  readonly unscheduled: FieldChange | undefined
  /** True when the text has no people at all though they were served: a client that does not show them. They stay. */
  readonly areLeftOut: boolean
}

/** No change. */
export const noPeopleChanges: PeopleChanges = {
  added: [],
  removed: [],
  retyped: [],
  ownAnswer: undefined,
  answersOfOthers: [],
  organizer: undefined,
  details: [],
  unscheduled: undefined,
  areLeftOut: false,
}

/** Compares the people of two events; `ownAddresses` are those of the mailbox. */
export function comparePeople(before: Component, after: Component, ownAddresses: readonly string[]): PeopleChanges {
  const had = hasPeople(before)
  if (!hasPeople(after)) return had ? { ...noPeopleChanges, areLeftOut: true } : noPeopleChanges
  const organizers = [organizerOf(before), organizerOf(after)]
  const invited = ({ address }: Person): boolean => !organizers.includes(address)
  const old = scheduledPeople(before).filter(invited)
  const now = scheduledPeople(after, old).filter(invited)
  const both = now.flatMap((person) => {
    const was = old.find(({ address }) => address === person.address)
    return was === undefined ? [] : [{ was, person, field: person.address }]
  })
  const answers = both.filter(({ was, person }) => was.answer !== person.answer)
  const isOwn = ({ address }: Person): boolean => ownAddresses.some((own) => isSameAddress(own, address))
  const own = answers.find(({ person }) => isOwn(person)) ?? ownAmong(now, old, isOwn)
  return {
    added: missingIn(old, now).filter((address) => address !== own?.field),
    removed: missingIn(now, old),
    retyped: both
      .filter(({ was, person }) => was.type !== person.type)
      .map(({ was, person, field }) => ({ field, before: was.type, after: person.type })),
    ownAnswer: own && { field: own.field, before: own.was?.answer, after: own.person.answer },
    answersOfOthers: answers.filter(({ person }) => !isOwn(person)).map(({ field }) => field),
    organizer: organizerChange(before, after),
    details: both.flatMap(({ was, person, field }) => detailChange(field, was, person)),
    unscheduled: unscheduledChange(before, after),
    areLeftOut: false,
  }
}

// Who was invited as one of a group is not listed: a client adds its person to answer.
function ownAmong(
  now: readonly Person[],
  old: readonly Person[],
  isOwn: (person: Person) => boolean,
): { readonly was: undefined; readonly person: Person; readonly field: string } | undefined {
  const person = now.find((one) => isOwn(one) && one.answer !== 'NEEDS-ACTION')
  const isNew = person !== undefined && old.every(({ address }) => address !== person.address)
  return isNew ? { was: undefined, person, field: person.address } : undefined
}

/**
 * The attendees that the server invites, each address once, without the organizer. Who was `invited` by it before stays so,
 * also when the client wants to mail this change itself: leaving them out would mean to disinvite them. They also stay what they
 * were where the text does not say it: every guest would be mailed for a parameter that a client does not write.
 */
export function scheduledPeople(event: Component, invited: readonly Person[] = []): readonly Person[] {
  const organizer = organizerOf(event)
  const seen = new Set<string>(organizer === undefined ? [] : [organizer])
  return propertiesOf(event, 'ATTENDEE').flatMap((line) => {
    const person = personOf(line)
    const was = invited.find(({ address }) => address === person.address)
    if (seen.has(person.address) || (isUnscheduled(line) && was === undefined)) return []
    seen.add(person.address)
    return [was === undefined || saysOther(line, was.type) ? person : { ...person, type: was.type }]
  })
}

/** The attendees that the client mails itself, or nobody (RFC 6638 §7.1): never sent to Graph. */
export function unscheduledLines(event: Component): readonly Property[] {
  return propertiesOf(event, 'ATTENDEE').filter(isUnscheduled)
}

function isUnscheduled(line: Property): boolean {
  return ['CLIENT', 'NONE'].includes(parameterOf(line, 'SCHEDULE-AGENT')?.toUpperCase() ?? '')
}

/** The organizer's address; undefined without ORGANIZER. */
export function organizerOf(event: Component): string | undefined {
  const organizer = firstProperty(event, 'ORGANIZER')
  return organizer && addressOf(organizer)
}

/** The mail address of a calendar user, lower case; another address where there is none. */
export function addressOf(line: Property): string {
  return writtenAddressOf(line).toLowerCase()
}

/**
 * The same as it is spelled: the EMAIL parameter (RFC 7986 §6.2) before the value. Header fields of a `mailto:` (RFC 6068 §2)
 * and angle brackets are no part of it.
 */
export function writtenAddressOf(line: Property): string {
  const mail = parameterOf(line, 'EMAIL')?.trim() ?? ''
  const address = mail === '' ? line.value.trim().replace(/^mailto:([^?]*).*$/i, '$1') : mail
  return decoded(address)
    .trim()
    .replace(/^<(.*)>$/, '$1')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function personOf(line: Property): Person {
  const answer = parameterOf(line, 'PARTSTAT')?.toUpperCase() ?? 'NEEDS-ACTION'
  return { address: addressOf(line), type: attendeeTypeOf(line), answer, line }
}

// Only what is there counts: a line without ROLE may be anybody's, one without CUTYPE any thing's too.
function saysOther(line: Property, type: Person['type']): boolean {
  const [kind, role] = [parameterOf(line, 'CUTYPE'), parameterOf(line, 'ROLE')?.toUpperCase()]
  const stated = attendeeTypeOf(line)
  if (type === 'resource') return kind !== undefined || (role !== undefined && role !== 'NON-PARTICIPANT')
  return role !== undefined || stated === 'resource'
}

/** How Graph counts an attendee: a room or a thing is a resource, who need not come is optional, all others are required. */
export function attendeeTypeOf(line: Property): GraphAttendee['type'] {
  const kind = parameterOf(line, 'CUTYPE')?.toUpperCase()
  if (kind === 'ROOM' || kind === 'RESOURCE') return 'resource'
  const role = parameterOf(line, 'ROLE')?.toUpperCase()
  return role === 'OPT-PARTICIPANT' || role === 'NON-PARTICIPANT' ? 'optional' : 'required'
}

/** Parameters that Graph has no place for and that belong to a person, not to one message about them. */
export function detailsOf(line: Property): readonly Parameter[] {
  return line.parameters.filter(({ name, values }) => {
    if (name === 'ROLE') return ['CHAIR'].includes(values[0]?.toUpperCase() ?? '')
    if (name === 'CUTYPE') return ['GROUP'].includes(values[0]?.toUpperCase() ?? '')
    return !mappedParameters.has(name) && !passing.test(name)
  })
}

const mappedParameters: ReadonlySet<string> = new Set(['CN', 'PARTSTAT', 'RSVP', 'EMAIL', 'SCHEDULE-AGENT', 'VALUE'])

/** Of one message, or the client's own cache: not kept. */
const passing = /^(?:SCHEDULE-STATUS|SCHEDULE-FORCE-SEND|X-NUM-GUESTS|X-RESPONSE-COMMENT|X-CALENDARSERVER-.*)$/

function detailChange(field: string, was: Person, person: Person): readonly FieldChange[] {
  const [before, after] = [printDetails(was.line), printDetails(person.line)]
  // A client that does not know a parameter drops it.
  return after === undefined || before === after ? [] : [{ field, before, after }]
}

function printDetails(line: Property): string | undefined {
  const shown = detailsOf(line).map(({ name, values }) => `${name}=${values.join(',')}`)
  return shown.length === 0 ? undefined : shown.sort().join(';')
}

function organizerChange(before: Component, after: Component): FieldChange | undefined {
  const change = { field: 'ORGANIZER', before: organizerOf(before), after: organizerOf(after) }
  return change.after === undefined || change.before === change.after ? undefined : change
}

function unscheduledChange(before: Component, after: Component): FieldChange | undefined {
  const addresses = (event: Component): string | undefined =>
    unscheduledLines(event).map(addressOf).sort().join(', ') || undefined
  const change = { field: 'ATTENDEE', before: addresses(before), after: addresses(after) }
  return change.before === change.after ? undefined : change
}

function hasPeople(event: Component): boolean {
  return event.properties.some(({ name }) => name === 'ATTENDEE' || name === 'ORGANIZER')
}

function missingIn(people: readonly Person[], among: readonly Person[]): readonly string[] {
  return among.map(({ address }) => address).filter((wanted) => !people.some(({ address }) => address === wanted))
}
