// A hanging request must not freeze a calendar: work in which nothing has moved for long is given up.
import type { Clock } from '../base/clock.ts'
import { UnavailableError } from '../base/errors.ts'

export interface Watch {
  readonly clock: Clock
  /** Milliseconds without a move. */
  readonly patienceMs: number
  /** What else ends the work. */
  readonly signals: readonly AbortSignal[]
}

/** Runs work that tells of each move, and aborts it when it does not any more. */
export async function watched<T>(
  { clock, patienceMs, signals }: Watch,
  work: (signal: AbortSignal, onMove: () => void) => Promise<T>,
): Promise<T> {
  const [giveUp, done] = [new AbortController(), new AbortController()]
  let movedAt = clock.now()
  const watch = async (): Promise<void> => {
    for (let leftMs = patienceMs; leftMs > 0; leftMs = movedAt + patienceMs - clock.now())
      await clock.sleep(leftMs, done.signal)
    giveUp.abort(
      new UnavailableError('the round did not move any more and was given up; the next one begins again', 60),
    )
  }
  watch().catch(() => undefined)
  try {
    return await work(AbortSignal.any([giveUp.signal, ...signals]), () => {
      movedAt = clock.now()
    })
  } finally {
    done.abort(new Error('done'))
  }
}
