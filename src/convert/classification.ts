// sensitivity ⇄ CLASS and importance ⇄ PRIORITY (RFC 5545 §3.8.1.3, §3.8.1.9; Graph page "event resource type").
import type { GraphEvent, GraphImportance, GraphSensitivity } from '../graph/types.ts'
import type { Property } from '../ical/object.ts'
import { property } from '../ical/text.ts'

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
