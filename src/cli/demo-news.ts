// What happens while the demo runs: a change in the simulated mailbox, and the moment it has arrived in the bridge, as one line.
import { DateTime } from 'luxon'
import type { Clock } from '../base/clock.ts'
import type { Facts, Log } from '../base/log.ts'
import { count } from './table.ts'

export interface News {
  /** Something was changed in the mailbox; a sentence about it. */
  readonly happened: (sentence: string) => void
  /** From now on what arrives is told. */
  begin(): void
  /** A log that also tells about rounds that brought something. */
  listenTo(log: Log): Log
}

export function createNews(clock: Clock, say: (line: string) => void): News {
  const waiting: string[] = []
  let isTelling = false
  const arrived = ({ calendar, changed, removed }: Facts): void => {
    const number = Number(changed) + Number(removed)
    if (!isTelling || number === 0) return
    const time = DateTime.fromMillis(clock.now(), { zone: 'system' }).toFormat('HH:mm:ss')
    const what = waiting.splice(0).join('; ') || 'something changed'
    say(`${time}  ${what} → ${count(number, 'event')} of ${String(calendar)} updated`)
  }
  return {
    happened: (sentence) => void waiting.push(sentence),
    begin: () => {
      isTelling = true
    },
    listenTo: (log) => listening(log, (message, facts) => message === 'round done' && arrived(facts)),
  }
}

function listening(log: Log, hear: (message: string, facts: Facts) => void): Log {
  return {
    ...log,
    info: (message, facts = {}) => {
      hear(message, facts)
      log.info(message, facts)
    },
    child: (own) => listening(log.child(own), (message, facts) => hear(message, { ...own, ...facts })),
  }
}
