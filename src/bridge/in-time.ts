// How long a client waits for Outlook: then the work runs on without it, and the client's repeat finds what it did. Time here is
// the machine's, as in graph/http.ts.
import { UnavailableError } from '../base/errors.ts'

/** What a client waits at most. */
export const clientLimitMs = 25_000

/**
 * Waits for work so long. `late` is aborted when nobody waits any more: what has not begun by then shall not begin. Of a
 * failure that comes too late only `onLateFailure` hears. Throws `UnavailableError` when the time is over.
 */
export async function inTime<T>(
  { limitMs, onLateFailure }: { readonly limitMs: number; readonly onLateFailure: (error: unknown) => void },
  work: (late: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new UnavailableError('Outlook takes longer than usual; the change goes on, ask again in a moment', 10)
  const late = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      late.abort(over)
      reject(over)
    }, limitMs)
  })
  const run = work(late.signal)
  try {
    return await Promise.race([run, limit])
  } finally {
    clearTimeout(timer)
    run.catch((error: unknown) => {
      if (late.signal.aborted && error !== over) onLateFailure(error)
    })
  }
}
