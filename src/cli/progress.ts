// Progress of long work on standard error: on a terminal one line that moves, elsewhere a plain line now and then.
import type { Clock } from '../base/clock.ts'

/** Shows what is going on. */
export interface Progress {
  /** The work's state now; may be called as often as one likes. */
  show(text: string): void
  /** A line that stays. */
  say(text: string): void
  /** Takes the moving line away. */
  end(): void
}

const redrawMs = 100
const plainMs = 2000

/** Progress on a stream; what does not change is not repeated. */
export function createProgress(stream: NodeJS.WritableStream, clock: Clock): Progress {
  const columns = 'isTTY' in stream && stream.isTTY === true ? widthOf(stream) : undefined
  let shown = ''
  let shownAt = -Infinity
  const isDue = (text: string, everyMs: number): boolean => {
    if (text === shown || clock.now() - shownAt < everyMs) return false
    shown = text
    shownAt = clock.now()
    return true
  }
  if (columns === undefined) {
    return {
      show: (text) => {
        if (isDue(text, plainMs)) stream.write(`${text}\n`)
      },
      say: (text) => void stream.write(`${text}\n`),
      end: () => undefined,
    }
  }
  const clear = '\r\u001B[K'
  return {
    show: (text) => {
      if (isDue(text, redrawMs)) stream.write(`${clear}${text.slice(0, Math.max(columns - 1, 10))}`)
    },
    say: (text) => {
      stream.write(`${clear}${text}\n`)
      shown = ''
    },
    end: () => {
      if (shown !== '') stream.write(clear)
      shown = ''
    },
  }
}

// A terminal that does not say how wide it is has 80 columns.
function widthOf(stream: NodeJS.WritableStream): number {
  return ('columns' in stream && Number(stream.columns)) || 80
}
