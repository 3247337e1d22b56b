// One case of fixtures/write, read, and its plan in the shape of requests.json.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { GraphdavError, UnsupportedError } from '../../src/base/errors.ts'
import { isNothing, nothingKept, parseKept, printKept } from '../../src/convert/kept.ts'
import { planPut, type PlanContext, type WantedObject } from '../../src/convert/plan.ts'
import { shownObject } from '../../src/convert/plan-context.ts'
import type { CalendarObject } from '../../src/ical/object.ts'
import { parseObject } from '../../src/ical/parse.ts'
import { printObject } from '../../src/ical/print.ts'
import { graphSeries, type SeriesFields } from './graph-events.ts'

export interface WriteCase {
  readonly wanted: WantedObject
  readonly context: PlanContext
}

interface EventsFile {
  readonly about: string
  readonly series: readonly SeriesFields[]
  readonly context?: Partial<Omit<PlanContext, 'local'>>
  /** JSON of the kept values of the local store. */
  readonly local?: unknown
}

export const plainContext: PlanContext = {
  mailboxZone: 'Europe/Berlin',
  ownAddresses: ['mara@fabrikam.example'],
  userAddresses: [],
  invitations: 'send',
  mayReply: true,
  local: nothingKept,
  now: Date.parse('2026-03-01T12:00:00Z'),
  isResumed: false,
}

export function readCase(folder: string): WriteCase {
  // A fixture has the shape that its reader says.
  const events = JSON.parse(readFileSync(join(folder, 'events.json'), 'utf8')) as EventsFile
  const wanted = parseObject(readFileSync(join(folder, 'put.ics'), 'utf8'))
  const local = events.local === undefined ? nothingKept : parseKept(JSON.stringify(events.local)).kept
  const context = { ...plainContext, ...events.context, local }
  const now = events.series.map(graphSeries)
  const served = now.length === 0 ? undefined : servedText(join(folder, 'served.ics'), now, wanted.uid, context)
  return { wanted: { now, served, wanted, name: 'client-name.ics' }, context }
}

function servedText(file: string, now: WantedObject['now'], uid: string, context: PlanContext): CalendarObject {
  return parseObject(existsSync(file) ? readFileSync(file, 'utf8') : printObject(shownObject(now, uid, context)))
}

/** `{requests, losses?, local?}`, or `{refused: {code, property?, message}}`. */
export function planOf({ wanted, context }: WriteCase): unknown {
  try {
    const { requests, losses, local } = planPut(wanted, context)
    return {
      requests: JSON.parse(JSON.stringify(requests)) as unknown,
      ...(losses.length === 0 ? {} : { losses }),
      ...(isNothing(local) ? {} : { local: JSON.parse(printKept(local)) as unknown }),
    }
  } catch (error) {
    if (!(error instanceof GraphdavError)) throw error
    const property = error instanceof UnsupportedError ? { property: error.property } : {}
    return { refused: { code: error.code, ...property, message: error.message } }
  }
}
