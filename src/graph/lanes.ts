// One queue per mailbox for everybody who asks Graph: Exchange allows four requests at a time per app and mailbox (Graph
// page "Microsoft Graph service-specific throttling limits"). The home of p-queue.
import PQueue from 'p-queue'
import type { Clock } from '../base/clock.ts'

/** The queue of one mailbox. A request keeps its place while it waits for a retry, so a throttled mailbox slows down as a whole. */
export interface Lane {
  /** Runs the task when its turn comes; rejects with the signal's reason when it is aborted first. */
  run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T>
  /** Nobody is to send before this instant (milliseconds); the latest one counts. */
  pauseUntil(instant: number): void
  /** Milliseconds that the pause in force still lasts; 0 when there is none. */
  pausedMs(): number
}

/** The lanes of all mailboxes, shared by all clients of the process; keys are compared without case. */
export class MailboxLanes {
  readonly #lanes = new Map<string, Lane>()
  readonly #clock: Clock
  readonly #concurrency: number

  /** `concurrency`: requests in flight per mailbox, 1 to 4. */
  constructor({ clock, concurrency = 3 }: { readonly clock: Clock; readonly concurrency?: number }) {
    this.#clock = clock
    this.#concurrency = Math.min(4, Math.max(1, concurrency))
  }

  of(mailbox: string): Lane {
    const key = mailbox.toLowerCase()
    const lane = this.#lanes.get(key) ?? createLane(this.#clock, this.#concurrency)
    this.#lanes.set(key, lane)
    return lane
  }
}

function createLane(clock: Clock, concurrency: number): Lane {
  const queue = new PQueue({ concurrency })
  let [pausedAt, pausedUntil] = [0, 0]
  return {
    run: (task, signal) => queue.add(task, signal === undefined ? {} : { signal }),
    pauseUntil: (instant) => {
      pausedAt = clock.now()
      pausedUntil = Math.max(pausedUntil, instant)
    },
    pausedMs: () => {
      // A clock that was set back must not make a pause of seconds one of hours.
      if (clock.now() < pausedAt) pausedUntil = 0
      return Math.max(0, pausedUntil - clock.now())
    },
  }
}
