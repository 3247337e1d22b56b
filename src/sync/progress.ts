// How far a round has come: for the line that moves on a terminal, and for the watchdog that notices when nothing does.
import type { Clock } from '../base/clock.ts'

/** What a person is told while a round runs. */
export interface Progress {
  readonly pages: number
  /** Events and series that the pages have named so far. */
  readonly events: number
  readonly elapsedMs: number
}

/** Counts of one round; every call tells the listener. */
export interface ProgressMeter {
  page(events: number): void
  /** Something else moved: an event was read, a list page came. */
  step(): void
  readonly pages: number
}

export function progressMeter(clock: Clock, onProgress: (progress: Progress) => void): ProgressMeter {
  const startedAt = clock.now()
  let [pages, events] = [0, 0]
  const tell = (): void => {
    onProgress({ pages, events, elapsedMs: clock.now() - startedAt })
  }
  return {
    page: (count) => {
      pages += 1
      events += count
      tell()
    },
    step: tell,
    get pages() {
      return pages
    },
  }
}
