// The last calendarView that was asked for: its pages are many requests, and expanding thousands of series for each of them
// would take seconds.
import type { Item, Range } from './instances.ts'
import type { Place } from './place.ts'
import type { Calendar } from './tenant.ts'

export class ViewCache {
  #key = ''
  #switches: unknown
  #items: readonly Item[] = []

  /** The items of a window as `make` gives them, made again only when anything changed since. */
  get({ tenant, switches }: Place, calendar: Calendar, window: Range, make: () => readonly Item[]): readonly Item[] {
    const key = [calendar.key, tenant.sequence, window.start, window.end].join('/')
    if (key !== this.#key || switches !== this.#switches) {
      this.#items = make()
      this.#key = key
      this.#switches = switches
    }
    return this.#items
  }
}
