// sensitivity ⇄ CLASS and importance ⇄ PRIORITY (RFC 5545 §3.8.1.3, §3.8.1.9; Graph page "event resource type").
import type { GraphEvent, GraphEventInput, GraphImportance, GraphSensitivity } from '../graph/types.ts'
import type { Component, Property } from '../ical/object.ts'
import { property, valueOf } from '../ical/text.ts'
import type { GraphContext } from './graph-context.ts'

/** Several sensitivities share a class: from the right the first row that matches, unless the event's own row does too. */
export const sensitivityTable: readonly {
  readonly sensitivity: GraphSensitivity
  readonly class: 'PUBLIC' | 'PRIVATE' | 'CONFIDENTIAL'
}[] = [
  { sensitivity: 'normal', class: 'PUBLIC' },
  { sensitivity: 'private', class: 'PRIVATE' },
  { sensitivity: 'personal', class: 'PRIVATE' },
  { sensitivity: 'confidential', class: 'CONFIDENTIAL' },
]

/** `priorities`: the digits of RFC 5545 that mean this importance, the one we write first; the normal one is not written. */
export const importanceTable: readonly {
  readonly importance: GraphImportance
  readonly priorities: readonly number[]
  /** X-MICROSOFT-CDO-IMPORTANCE. */
  readonly outlook: string
}[] = [
  { importance: 'normal', priorities: [5, 0], outlook: '1' },
  { importance: 'high', priorities: [1, 2, 3, 4], outlook: '2' },
  { importance: 'low', priorities: [9, 8, 7, 6], outlook: '0' },
]

/** CLASS, also when it is the default: readers differ on what a missing one means in a private calendar. */
export function sensitivityToIcal(event: GraphEvent): readonly Property[] {
  const row = sensitivityTable.find(({ sensitivity }) => sensitivity === event.sensitivity)
  return row === undefined ? [] : [property('CLASS', row.class)]
}

export function importanceToIcal(event: GraphEvent): readonly Property[] {
  const row = importanceTable.find(({ importance }) => importance === event.importance)
  if (row === undefined || row.importance === 'normal') return []
  return [property('PRIORITY', String(row.priorities[0])), property('X-MICROSOFT-CDO-IMPORTANCE', row.outlook)]
}

/** sensitivity of CLASS, or of Apple's X-CALENDARSERVER-ACCESS; absent: as it is. A class that is not known is private. */
export function sensitivityToGraph(event: Component, { current }: GraphContext): GraphEventInput {
  const now = current?.sensitivity ?? 'normal'
  const asked = (valueOf(event, 'CLASS') ?? valueOf(event, 'X-CALENDARSERVER-ACCESS'))?.trim().toUpperCase()
  if (asked === undefined || asked === '') return { sensitivity: now }
  const rows = sensitivityTable.filter((row) => row.class === asked)
  const own = rows.find(({ sensitivity }) => sensitivity === now)
  return { sensitivity: (own ?? rows[0])?.sensitivity ?? 'private' }
}

/** importance of PRIORITY, or of Outlook's own property; absent: as it is. */
export function importanceToGraph(event: Component, { current }: GraphContext): GraphEventInput {
  const priority = valueOf(event, 'PRIORITY')?.trim()
  const outlook = valueOf(event, 'X-MICROSOFT-CDO-IMPORTANCE')?.trim()
  const row =
    importanceTable.find(({ priorities }) => priorities.some((digit) => String(digit) === priority)) ??
    importanceTable.find((row) => row.outlook === outlook)
  return { importance: row?.importance ?? current?.importance ?? 'normal' }
}
