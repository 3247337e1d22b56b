// One calendar as one iCalendar text: all that is served over CalDAV, nothing hidden.
import { NotFoundError } from '../base/errors.ts'
import type { CalendarBackend } from '../calendar/backend.ts'
import type { DetailRules } from '../feed/detail.ts'
import { makeFragment } from '../feed/fragment.ts'
import { printAround } from '../feed/frame.ts'
import { readResources } from '../feed/listing.ts'

const everything: DetailRules = {
  detail: 'full',
  private: 'show',
  reminders: true,
  attendees: true,
  hide: { declined: false, free: false, categories: [], title: null },
}

/** The text of a calendar. Throws `NotFoundError`, or `UnavailableError` before the first round is complete. */
export async function exportCalendar(backend: CalendarBackend, slug: string): Promise<string> {
  const collection = await backend.collection(slug)
  if (collection === undefined) throw new NotFoundError('there is no calendar of this name')
  const places = (await backend.list(slug)).map(({ name }) => ({ slug, name }))
  const made: ReturnType<typeof makeFragment>[] = []
  for await (const { resource } of readResources(backend, places)) {
    made.push(makeFragment(resource, slug, everything, collection.ownerAddresses))
  }
  made.sort(({ fragment: one }, { fragment: other }) => (one.uid < other.uid ? -1 : 1))
  const { before, after } = printAround(
    slug,
    [collection],
    made.map(({ fragment }) => fragment),
  )
  return [before, ...made.map(({ text }) => text), after].join('')
}
