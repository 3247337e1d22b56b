// What a calendar lends to a write in its turn.
import type { Log } from '../base/log.ts'
import type { Patience } from '../graph/retry.ts'
import type { FoundCalendar, Sought } from './find-calendar.ts'
import type { Cloud } from './cloud.ts'
import { roundCursorOf } from './cursor.ts'
import { windowAt, type WindowSpec } from './window.ts'
import type { WriteGround } from './write-context.ts'

/** A client waits for its write: not long for one request. */
const writePatience: Patience = { attempts: 3, maxWaitMs: 10_000 }

export interface GroundFacts {
  readonly calendar: Sought & { readonly window: WindowSpec }
  readonly found: FoundCalendar
  readonly cloud: Cloud
  readonly now: number
  readonly log: Log
  readonly signal: AbortSignal | undefined
  readonly onWrite: WriteGround['onWrite']
}

export function groundOf({ calendar, found, cloud, now, log, signal, onWrite }: GroundFacts): WriteGround {
  const { client, mirror } = calendar
  const { address } = found.calendar.owner
  const source = { client, calendar: found.calendar, signal, patience: writePatience }
  return {
    source,
    truth: {
      source,
      cloud,
      mailboxZone: found.timeZone,
      window: roundCursorOf(mirror.state().cursor)?.keep ?? windowAt(calendar.window, now),
      exceptionRows: new Map(),
      previous: (key) => mirror.series(key),
      log,
    },
    mirror,
    onWrite,
    mailboxZone: found.timeZone,
    ownAddresses: address.includes('@') ? [address] : [],
  }
}
