// Zone labels as Graph and calendar programs write them → IANA names, and back to Windows ids for Graph.
// Graph page "dateTimeTimeZone resource type"; labels that were seen: Windows ids, IANA names, `UTC`, `tzone://Microsoft/Utc`,
// `tzone://Microsoft/Custom`, `Customized Time Zone`, display names ("(UTC+01:00) Amsterdam, Berlin, …"), nothing at all.
import { ianaNameOf } from '../base/zones.ts'
import { ianaOfWindows, windowsOfIana } from '../base/windows-zones.ts'
import type { Zone } from '../ical/zone.ts'
import { ianaOfZone, isLikeIana, type ClockSpan } from '../ical/zone-match.ts'
import { ianaOfDisplayName } from './display-names.ts'

/** A zone that times can be written in. */
export interface ZoneChoice {
  /** IANA name; `UTC` for UTC under any of its names. */
  readonly tzid: string
  /** False when none of the labels named a zone and the fallback was taken. */
  readonly isKnown: boolean
}

/** The zone of the first label that names one, else the fallback (the mailbox's zone as any label), else UTC. */
export function zoneOf(labels: readonly string[], fallback: string): ZoneChoice {
  for (const label of labels) {
    const tzid = ianaOfLabel(label)
    if (tzid !== undefined) return { tzid, isKnown: true }
  }
  return { tzid: ianaOfLabel(fallback) ?? 'UTC', isKnown: false }
}

/** The IANA name that a label means; undefined for an empty, custom or unknown one. */
export function ianaOfLabel(label: string): string | undefined {
  const text = label.trim()
  if (text === '') return undefined
  if (utcLabels.has(text.toLowerCase())) return 'UTC'
  return (
    ianaNameOf(text) ?? ianaOfWindows(text) ?? obsoleteWindowsZones.get(text.toLowerCase()) ?? ianaOfDisplayName(text)
  )
}

/** The label that Graph knows best for an IANA zone: the Windows id, else the IANA name itself. */
export function graphLabelOf(tzid: string): string {
  return tzid === 'UTC' ? 'UTC' : (windowsOfIana(tzid) ?? tzid)
}

/**
 * The label that Graph reads as the same clock as the zone's; undefined when there is none. A Windows id stands for many
 * cities, and not all of them kept their clocks alike. `own`: the IANA zone to prefer where the zone has no name.
 */
export function exactGraphLabelOf(zone: Zone, span: ClockSpan, own: string): string | undefined {
  const tzid = ianaOfLabel(zone.name) ?? ianaOfZone(zone, span, own)
  if (tzid === undefined) return undefined
  const label = graphLabelOf(tzid)
  const read = ianaOfLabel(label)
  return read === tzid || (read !== undefined && isLikeIana(zone, read, span)) ? label : tzid
}

const utcLabels: ReadonlySet<string> = new Set([
  'utc',
  'z',
  'gmt',
  'uct',
  'zulu',
  'etc/utc',
  'etc/uct',
  'etc/gmt',
  'etc/zulu',
  'etc/universal',
  'universal',
  'tzone://microsoft/utc',
  'coordinated universal time',
])

/** Ids that older Windows versions had and CLDR no longer lists. */
const obsoleteWindowsZones: ReadonlyMap<string, string> = new Map([
  ['armenian standard time', 'Asia/Yerevan'],
  ['kamchatka standard time', 'Asia/Kamchatka'],
  ['mexico standard time', 'America/Mexico_City'],
  ['mexico standard time 2', 'America/Chihuahua'],
  ['mid-atlantic standard time', 'Atlantic/South_Georgia'],
  ['central america standard time 1', 'America/Guatemala'],
])
