// `patternedRecurrence` of Graph's JSON → `GraphRecurrence` (Graph pages "recurrencePattern", "recurrenceRange").
import { integerOf, isObject, objectOf, oneOf, textOf } from './json.ts'
import type { GraphPattern, GraphRange, GraphRecurrence, GraphWeekday } from './types.ts'

const patternTypes = [
  'daily',
  'weekly',
  'absoluteMonthly',
  'relativeMonthly',
  'absoluteYearly',
  'relativeYearly',
] as const
const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const
const indexes = ['first', 'second', 'third', 'fourth', 'last'] as const
const rangeTypes = ['endDate', 'noEnd', 'numbered'] as const

const noDate = '0001-01-01'

/** Null when there is none, or one that no series can be made of. */
export function parseRecurrence(value: unknown): GraphRecurrence | null {
  if (!isObject(value)) return null
  const pattern = parsePattern(value['pattern'])
  const range = parseRange(value['range'])
  return pattern === undefined || range === undefined ? null : { pattern, range }
}

function parsePattern(value: unknown): GraphPattern | undefined {
  const pattern = objectOf(value)
  const type = oneOf(pattern['type'], patternTypes, undefined)
  if (type === undefined) return undefined
  const days = Array.isArray(pattern['daysOfWeek']) ? pattern['daysOfWeek'] : []
  return {
    type,
    interval: integerOf(pattern['interval'], 1, 99_999, 1),
    month: integerOf(pattern['month'], 0, 12, 0),
    dayOfMonth: integerOf(pattern['dayOfMonth'], 0, 31, 0),
    daysOfWeek: days
      .map((day: unknown) => oneOf<GraphWeekday, undefined>(day, weekdays, undefined))
      .filter((day) => day !== undefined),
    firstDayOfWeek: oneOf(pattern['firstDayOfWeek'], weekdays, 'sunday'),
    index: oneOf(pattern['index'], indexes, 'first'),
  }
}

function parseRange(value: unknown): GraphRange | undefined {
  const range = objectOf(value)
  const type = oneOf(range['type'], rangeTypes, undefined)
  const startDate = dateOf(range['startDate'])
  if (type === undefined || startDate === undefined) return undefined
  return {
    type,
    startDate,
    endDate: dateOf(range['endDate']) ?? noDate,
    recurrenceTimeZone: textOf(range['recurrenceTimeZone']) ?? '',
    numberOfOccurrences: integerOf(range['numberOfOccurrences'], 0, 2_147_483_647, 0),
  }
}

function dateOf(value: unknown): string | undefined {
  return /^\d{4}-\d\d-\d\d$/.exec(textOf(value) ?? '')?.[0]
}
