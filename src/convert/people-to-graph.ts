// ATTENDEE → attendees, and the mailbox owner's own PARTSTAT → the answer to send (RFC 5545 §3.8.4.1, RFC 6638 §7.1; Graph
// page "attendee"). The way back is people.ts.
import type { GraphAttendeeInput, GraphEmailAddress, GraphEventInput, GraphResponse } from '../graph/types.ts'
import type { Component, Property } from '../ical/object.ts'
import { parameterOf, propertiesOf, property } from '../ical/text.ts'
import { addressOf, organizerOf, scheduledPeople, writtenAddressOf, type Person } from './compare-people.ts'
import type { GraphContext } from './graph-context.ts'
import { calendarAddress, isSameAddress, responseTable } from './people.ts'

/**
 * The attendees that Graph is to invite: each once, without the organizer (unless Graph lists the organizer too) and
 * without those whom the client mails itself. Who has no mail address cannot be invited, but stays when Graph has them.
 */
export function peopleToGraph(event: Component, { current, onLoss }: GraphContext): GraphEventInput {
  const known = current?.attendees ?? []
  const invited = known.map(({ type, emailAddress }) => {
    const line = property('ATTENDEE', calendarAddress(emailAddress) ?? '')
    return { address: addressOf(line), type, answer: '', line, emailAddress }
  })
  const people = [...listedOrganizer(event, invited), ...scheduledPeople(event, invited)]
  const attendees = people.flatMap((person): readonly GraphAttendeeInput[] => {
    const now = invited.find(({ address }) => address === person.address)
    const emailAddress = now?.emailAddress ?? mailOf(person.line)
    if (emailAddress === undefined) onLoss('one of its attendees has no mail address and cannot be invited')
    return emailAddress === undefined ? [] : [{ type: person.type, emailAddress }]
  })
  return { attendees }
}

/** The answer of the owner of these addresses; undefined when the owner is not invited or the answer is none to send. */
export function ownAnswerOf(event: Component, ownAddresses: readonly string[]): GraphResponse | undefined {
  const own = propertiesOf(event, 'ATTENDEE').find((line) =>
    ownAddresses.some((address) => isSameAddress(address, addressOf(line))),
  )
  const partstat = own && parameterOf(own, 'PARTSTAT')?.toUpperCase()
  return responseTable.find((row) => row.partstat === partstat && row.partstat !== 'NEEDS-ACTION')?.response
}

function listedOrganizer(event: Component, invited: readonly Person[]): readonly Person[] {
  const organizer = organizerOf(event)
  const isInText = propertiesOf(event, 'ATTENDEE').some((line) => addressOf(line) === organizer)
  return isInText ? invited.filter(({ address }) => address === organizer) : []
}

/** Name and mail address as the text spells them; undefined when there is no mail address. */
function mailOf(line: Property): GraphEmailAddress | undefined {
  const address = writtenAddressOf(line)
  if (!/^[^\s@:]+@[^\s@]+$/.test(address)) return undefined
  return { name: parameterOf(line, 'CN')?.trim() || address, address }
}
