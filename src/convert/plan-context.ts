// What a plan needs beside the series and the text, and small things that all parts of planning share.
import type { GraphEvent, GraphSeries } from '../graph/types.ts'
import type { CalendarObject } from '../ical/object.ts'
import { mergeKept } from './kept-merge.ts'
import { parseKept, type Kept } from './kept.ts'
import type { GraphRequest } from './plan-request.ts'
import type { OnLoss } from './schedule.ts'
import { seriesToIcal } from './series.ts'

export interface PlanContext {
  /** IANA zone of the mailbox: of floating times and of all-day events. */
  readonly mailboxZone: string
  /** The addresses of the mailbox that the calendar is in; the first one is its organizer's. */
  readonly ownAddresses: readonly string[]
  /** The addresses that a client knows as the user's, also of the user's other mailboxes. */
  readonly userAddresses: readonly string[]
  /** Which writes may make Exchange mail other people. */
  readonly invitations: 'send' | 'respond-only' | 'never'
  /** False when the client asked for no reply to the organizer (`Schedule-Reply: F`). */
  readonly mayReply: boolean
  /** What the local store keeps for the resource. */
  readonly local: Kept
  /** Milliseconds. */
  readonly now: number
  /** True when this plan was begun before: it is finished, whatever the text of that time says. */
  readonly isResumed: boolean
  /** True when this plan takes an unfinished one back: then the text that the client had is the one that it sent. */
  readonly isUndoing?: boolean
}

/** What a write will do. */
export interface WritePlan {
  readonly requests: readonly GraphRequest[]
  /** What the local store keeps from now on. */
  readonly local: Kept
  /** In sentences without titles and addresses: what of the text does not arrive. */
  readonly losses: readonly string[]
}

/** Part of a plan, and the series as Graph will show it after these requests. */
export interface Step {
  readonly requests: readonly GraphRequest[]
  readonly series: GraphSeries
}

/** The object that clients get of these series now. */
export function shownObject(
  group: readonly GraphSeries[],
  uid: string,
  { mailboxZone, ownAddresses, local }: PlanContext,
): CalendarObject {
  const object = seriesToIcal(group, { uid, mailboxZone, addresses: ownAddresses })
  return mergeKept(object, { durable: group.map(({ kept }) => parseKept(kept.values).kept), local })
}

/**
 * Whoever of these a text names as the organizer means the mailbox of the calendar: it organizes what is in it, and a client
 * knows only its user.
 */
export function addressesOf({ ownAddresses, userAddresses }: PlanContext): readonly string[] {
  return [...ownAddresses, ...userAddresses]
}

/** True for the copy of somebody else's meeting. */
export function isInvitation({ isOrganizer, attendees }: GraphEvent): boolean {
  return !isOrganizer && attendees.length > 0
}

/** Collects sentences, each once. */
export function lossCollector(): { readonly losses: readonly string[]; readonly onLoss: OnLoss } {
  const losses: string[] = []
  return { losses, onLoss: (sentence) => (losses.includes(sentence) ? undefined : void losses.push(sentence)) }
}
