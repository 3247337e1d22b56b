// The rows of a delta round: which events a chain's window shows, which changed since its last state, and how each is
// announced. Graph pages "event: delta", "Get incremental changes to events in a calendar view".
import type { Place } from './place.ts'
import type { Day } from './days.ts'
import type { Chain, DeltaRow, Round } from './delta-tokens.ts'
import type { StoredEvent } from './event.ts'
import { exceptionItems, instancesOf, type Item, mainItem, spanOf } from './instances.ts'
import { seededRandom } from './random.ts'
import type { Calendar, JournalEntry } from './tenant.ts'

type Group = readonly DeltaRow[]

/** The groups of a full round: everything that the window shows. */
export function fullRound(place: Place, calendar: Calendar, chain: Chain): Round {
  const groups = place.tenant.eventsOf(calendar).map((event) => groupOf(place, event, chain, true))
  const unknown: Group[] = place.switches.firstRoundRemoved ? [[{ kind: 'unknown' }]] : []
  return roundOf(place, chain, [...unknown, ...groups])
}

/** The groups of a later round: what changed since the round before. */
export function changesRound(place: Place, calendar: Calendar, last: Round): Round {
  const { tenant, switches } = place
  const bySerial = new Map<number, JournalEntry[]>()
  for (const entry of tenant.changesOf(calendar, last.sequence, tenant.sequence)) {
    bySerial.set(entry.serial, [...(bySerial.get(entry.serial) ?? []), entry])
  }
  const fresh = [...bySerial.values()].map((entries) => changeGroup(place, entries, last.chain))
  const repeated = last.groups.filter(
    (group) => !group.some((row) => row.kind !== 'unknown' && bySerial.has(serialOf(row))),
  )
  return roundOf(place, last.chain, [...(switches.replay ? repeated : []), ...fresh])
}

function serialOf(row: Exclude<DeltaRow, { kind: 'unknown' }>): number {
  return row.kind === 'item' ? row.item.event.serial : row.event.serial
}

function roundOf(place: Place, chain: Chain, groups: readonly Group[]): Round {
  const { tenant, switches } = place
  const filled = groups.filter((group) => group.length > 0)
  const random = seededRandom(`${tenant.seed}/order/${tenant.sequence}`)
  const orders = {
    created: () => filled,
    reversed: () => filled.map((group) => [...group].reverse()).reverse(),
    mixed: () => random.shuffled(filled).map((group) => random.shuffled(group)),
  }
  return { chain, groups: orders[switches.rowOrder](), sequence: tenant.sequence }
}

/** The rows of one event: itself, or the master with its exceptions and occurrences; empty when the window shows none. */
function groupOf(place: Place, event: StoredEvent, chain: Chain, isFullRound: boolean): Group {
  if (chain.kind === 'events') return eventsGroup(place, event, chain)
  const instances = instancesOf(event, chain.window, place.switches)
  if (instances.length === 0 || !event.recurrence) return instances.map(itemRow)
  const master = showsMaster(place, event, chain, isFullRound) ? [itemRow(mainItem(event))] : []
  return [...master, ...instances.map(itemRow)]
}

function showsMaster(place: Place, event: StoredEvent, chain: Chain, isFullRound: boolean): boolean {
  switch (place.switches.deltaMasters) {
    case 'always':
      return true
    case 'firstRound':
      return isFullRound
    case 'begunInWindow':
      return spanOf(event.when).start >= chain.window.start
    case 'never':
      return false
  }
}

/** events/delta: one row per single event and master, whatever its instances. */
function eventsGroup(place: Place, event: StoredEvent, chain: Chain): Group {
  if (spanOf(event.when).start < chain.window.start) return []
  const exceptions = place.switches.eventsDeltaExceptions ? exceptionItems(event, place.switches) : []
  return [mainItem(event), ...exceptions].map(itemRow)
}

function changeGroup(place: Place, entries: readonly JournalEntry[], chain: Chain): Group {
  const { switches } = place
  const [before, after] = [entries[0]?.before, entries.at(-1)?.after]
  if (switches.deletedOccurrence === 'silent' && entries.every((entry) => entry.isOccurrenceDeletion)) return []
  const wasAway = after !== undefined && entries.some((entry) => entry.after === undefined)
  const isListed = after !== undefined && !(wasAway && switches.movedBack === 'removed')
  const shown = isListed ? groupOf(place, after, chain, false) : []
  const wasShown = before ? groupOf(place, before, chain, true) : []
  if (shown.length > 0) return [...shown, ...removedInstances(place, wasShown, shown)]
  const gone = before ?? after
  const isSaid = wasShown.length > 0 || switches.outOfWindowRemoved
  return gone && isSaid ? [{ kind: 'removed', event: gone, slot: undefined }] : []
}

function removedInstances(place: Place, before: Group, after: Group): Group {
  if (place.switches.deletedOccurrence !== 'removed') return []
  const still = new Set(after.map(slotOf))
  return before.flatMap((row) => {
    const slot = slotOf(row)
    return row.kind === 'item' && slot !== undefined && !still.has(slot)
      ? [{ kind: 'removed', event: row.item.event, slot } as const]
      : []
  })
}

function slotOf(row: DeltaRow): Day | undefined {
  return row.kind === 'item' ? row.item.slot : undefined
}

function itemRow(item: Item): DeltaRow {
  return { kind: 'item', item }
}
