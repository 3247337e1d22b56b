// Compressed bodies, and one budget for what all feeds hold in memory: what has not been used longest goes first, as it
// can be made again.
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

/** Content codings of a feed, best first; `identity` is put together from the fragments each time. */
export const encodings = ['br', 'gzip', 'identity'] as const

export type Encoding = (typeof encodings)[number]

/** What one feed holds in memory. */
export interface Held {
  /** Octets in all. */
  size(): number
  /** Lets everything go. */
  release(): void
}

/** The budget. */
export interface Budget {
  /** Counts this one as just used, and lets others go where the budget is passed. What is larger than all of it is not kept. */
  touch(held: Held): void
}

/** A budget of so many octets. */
export function createBudget(octets: number): Budget {
  // In the order of use, the latest last.
  const inUse = new Set<Held>()
  return {
    touch: (held) => {
      inUse.delete(held)
      if (held.size() > octets) {
        held.release()
        return
      }
      inUse.add(held)
      let total = 0
      for (const one of inUse) total += one.size()
      for (const one of inUse) {
        if (total <= octets) break
        total -= one.size()
        one.release()
        inUse.delete(one)
      }
    },
  }
}

const gzipAsync = promisify(gzip)
const brotliAsync = promisify(brotliCompress)

/** Compresses on another thread. */
export function compress(text: Buffer, encoding: Encoding): Promise<Buffer> {
  switch (encoding) {
    case 'identity':
      return Promise.resolve(text)
    case 'gzip':
      return gzipAsync(text, { level: 6 })
    case 'br':
      return brotliAsync(text, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_SIZE_HINT]: text.length },
      })
  }
}
