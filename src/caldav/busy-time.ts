// Busy time of calendar objects as spans, and as VFREEBUSY (RFC 5545 §3.6.4, RFC 4791 §7.10). Pure.
import { expand, type Instance } from '../ical/expand.ts'
import type { CalendarObject, Component, Property } from '../ical/object.ts'
import { valueOf } from '../ical/text.ts'
import { timeProperty, printTime, wallFromMs, type IcalTime } from '../ical/value.ts'
import type { BusySpan } from './free-busy-source.ts'
import type { BoundedRange } from './time-range.ts'

/** The spans in which an object keeps its owner busy, cut to the range. Throws as `expand` does. */
export function busySpans(object: CalendarObject, range: BoundedRange, floatingZone: string): readonly BusySpan[] {
  return expand(object, range, { floatingZone }).flatMap((instance): readonly BusySpan[] => {
    const kind = kindOf(instance)
    const start = Math.max(instance.start, range.start)
    const end = Math.min(instance.end, range.end)
    return kind === undefined || end <= start ? [] : [{ start, end, kind }]
  })
}

// Free and cancelled events keep nobody busy.
function kindOf({ component }: Instance): BusySpan['kind'] | undefined {
  const status = valueOf(component, 'STATUS')
  if (status === 'CANCELLED' || valueOf(component, 'TRANSP') === 'TRANSPARENT') return undefined
  if (valueOf(component, 'X-MICROSOFT-CDO-BUSYSTATUS') === 'OOF') return 'unavailable'
  return status === 'TENTATIVE' ? 'tentative' : 'busy'
}

const types: readonly { readonly kind: BusySpan['kind']; readonly fbtype: string }[] = [
  { kind: 'busy', fbtype: 'BUSY' },
  { kind: 'unavailable', fbtype: 'BUSY-UNAVAILABLE' },
  { kind: 'tentative', fbtype: 'BUSY-TENTATIVE' },
]

/** A VFREEBUSY of the range; `more` are properties such as UID and ATTENDEE. */
export function freeBusyComponent(
  spans: readonly BusySpan[],
  range: BoundedRange,
  now: number,
  more: readonly Property[] = [],
): Component {
  const periods = types.flatMap(({ kind, fbtype }): readonly Property[] => {
    const merged = merge(spans.filter((span) => span.kind === kind))
    const parameters = [{ name: 'FBTYPE', values: [fbtype] }]
    return merged.map(({ start, end }) => ({
      name: 'FREEBUSY',
      parameters,
      value: `${printTime(utcTime(start))}/${printTime(utcTime(end))}`,
    }))
  })
  const times = [
    timeProperty('DTSTAMP', utcTime(now)),
    timeProperty('DTSTART', utcTime(range.start)),
    timeProperty('DTEND', utcTime(range.end)),
  ]
  return { name: 'VFREEBUSY', properties: [...more, ...times, ...periods], components: [] }
}

function merge(spans: readonly BusySpan[]): readonly { readonly start: number; readonly end: number }[] {
  const merged: { start: number; end: number }[] = []
  for (const { start, end } of [...spans].sort((one, other) => one.start - other.start)) {
    const last = merged.at(-1)
    if (last && start <= last.end) last.end = Math.max(last.end, end)
    else merged.push({ start, end })
  }
  return merged
}

function utcTime(ms: number): IcalTime {
  return { kind: 'utc', wall: wallFromMs(ms) }
}
