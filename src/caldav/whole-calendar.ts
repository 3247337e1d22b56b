// A calendar as one text, as a subscription would show it: for clients that GET a collection.
import { GraphdavError } from '../base/errors.ts'
import { createPauses } from '../base/pauses.ts'
import type { CalendarBackend } from '../calendar/backend.ts'
import type { Collection } from '../calendar/collection.ts'
import { printEvents, printFeed } from '../ical/print.ts'
import { spanOf } from '../ical/span.ts'
import { timezoneComponent, tzidsOf } from '../ical/timezone.ts'
import type { ObjectReader } from './objects.ts'

const batchLength = 100

/** All events of a calendar by UID, and each zone once. What cannot be read is left out (and in the log). */
export async function printWholeCalendar(
  { backend, readObject }: { readonly backend: CalendarBackend; readonly readObject: ObjectReader },
  { slug, displayName, color, timeZone }: Collection,
): Promise<string> {
  const list = await backend.list(slug)
  const names = await backend.readingOrder(
    slug,
    list.map(({ name }) => name),
  )
  const firstUses = new Map<string, number>()
  const events = new Map<string, string>()
  const pause = createPauses()
  for (let at = 0; at < names.length; at += batchLength) {
    for (const resource of await backend.read(slug, names.slice(at, at + batchLength))) {
      try {
        const object = readObject(resource)
        const { first } = spanOf(object)
        for (const tzid of tzidsOf(object)) firstUses.set(tzid, Math.min(first, firstUses.get(tzid) ?? Infinity))
        events.set(resource.uid, printEvents(object))
      } catch (error) {
        if (!(error instanceof GraphdavError)) throw error
      }
      await pause()
    }
  }
  const zones = [...firstUses].map(([tzid, first]) => timezoneComponent(tzid, first, null))
  const texts = list.flatMap(({ uid }) => events.get(uid) ?? [])
  return printFeed({ name: displayName, color, timeZone }, zones, texts)
}
