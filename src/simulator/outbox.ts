// The mails that Exchange would have sent: writing attendees is sending mail. Graph pages "Create event", "Update event",
// "Delete event"; nothing leaves the process.
import type { Place } from './place.ts'
import type { Content, StoredEvent } from './event.ts'
import type { Mail } from './tenant.ts'

/** Records one mail to all attendees when the organizer wrote; `content` is what the mail would say. */
export function sendMail(place: Place, kind: Mail['kind'], event: StoredEvent, content: Content): void {
  const { organizer, isOrganizer, attendees, subject } = content
  const to = [...new Set([...attendees, ...event.content.attendees].map(({ emailAddress }) => emailAddress.address))]
  if (!isOrganizer || to.length === 0) return
  place.tenant.outbox.push({ kind, from: organizer.address, to, subject, at: place.tenant.clock.now() })
}
