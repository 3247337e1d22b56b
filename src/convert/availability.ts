// showAs ⇄ TRANSP, STATUS and Outlook's own busy status (RFC 5545 §3.8.2.7, §3.8.1.11; Graph page "event resource type").
import type { GraphEvent, GraphEventInput, GraphShowAs } from '../graph/types.ts'
import type { Component, Property } from '../ical/object.ts'
import { property, valueOf } from '../ical/text.ts'
import type { GraphContext } from './graph-context.ts'

interface ShowAsRow {
  readonly showAs: GraphShowAs
  readonly transp: 'OPAQUE' | 'TRANSPARENT'
  /** STATUS of an event that is not cancelled. */
  readonly status: 'CONFIRMED' | 'TENTATIVE'
  /** X-MICROSOFT-CDO-BUSYSTATUS. */
  readonly busyStatus: string
}

/** Read from the left by showAs; from the right the first row that matches. */
export const showAsTable: readonly ShowAsRow[] = [
  { showAs: 'busy', transp: 'OPAQUE', status: 'CONFIRMED', busyStatus: 'BUSY' },
  { showAs: 'free', transp: 'TRANSPARENT', status: 'CONFIRMED', busyStatus: 'FREE' },
  { showAs: 'tentative', transp: 'OPAQUE', status: 'TENTATIVE', busyStatus: 'TENTATIVE' },
  { showAs: 'oof', transp: 'OPAQUE', status: 'CONFIRMED', busyStatus: 'OOF' },
  { showAs: 'workingElsewhere', transp: 'OPAQUE', status: 'CONFIRMED', busyStatus: 'WORKINGELSEWHERE' },
  { showAs: 'unknown', transp: 'OPAQUE', status: 'CONFIRMED', busyStatus: 'BUSY' },
]

/** STATUS, TRANSP and Outlook's busy status. The mailbox owner's answer plays no part: declined is not cancelled. */
export function availabilityToIcal(event: GraphEvent): readonly Property[] {
  const row = showAsTable.find(({ showAs }) => showAs === event.showAs)
  if (row === undefined) return []
  return [
    property('STATUS', event.isCancelled ? 'CANCELLED' : row.status),
    property('TRANSP', row.transp),
    property('X-MICROSOFT-CDO-BUSYSTATUS', row.busyStatus),
    property('X-MICROSOFT-CDO-INTENDEDSTATUS', row.busyStatus),
  ]
}

/**
 * showAs of a VEVENT. What it says like the event as Graph has it leaves Graph's value, which is finer: OPAQUE does not
 * make busy what is out of office. Outlook's own property goes before STATUS and TRANSP where it was changed.
 */
export function availabilityToGraph(event: Component, { current }: GraphContext): GraphEventInput {
  const word = (name: string): string | undefined => valueOf(event, name)?.trim().toUpperCase()
  const now = showAsTable.find(({ showAs }) => showAs === (current?.showAs ?? 'busy')) ?? showAsTable[0]
  const [busyStatus, transp, status] = ['X-MICROSOFT-CDO-BUSYSTATUS', 'TRANSP', 'STATUS'].map(word)
  const asked = showAsTable.find((row) => row.busyStatus === busyStatus)
  if (asked !== undefined && asked.busyStatus !== now?.busyStatus) return { showAs: asked.showAs }
  if (transp === 'TRANSPARENT' && now?.transp === 'OPAQUE') return { showAs: 'free' }
  if (status === 'TENTATIVE' && now?.status !== 'TENTATIVE' && transp !== 'TRANSPARENT') return { showAs: 'tentative' }
  if (transp === 'OPAQUE' && now?.transp === 'TRANSPARENT') return { showAs: 'busy' }
  if (status === 'CONFIRMED' && now?.status === 'TENTATIVE') return { showAs: 'busy' }
  return { showAs: now?.showAs ?? 'busy' }
}
