// The Prefer header: several preferences in one line or in several. RFC 7240; Graph pages "Get event", "event: delta",
// "Get immutable identifiers for Outlook resources".
import type { IdFamily } from './ids.ts'
import { unknownZone } from './refusal.ts'
import { zoneOfLabel } from './zone-time.ts'

export interface Preferences {
  readonly family: IdFamily
  /** IANA zone and the label as asked; UTC when not asked. */
  readonly zone: string
  readonly zoneLabel: string
  readonly bodyType: 'html' | 'text'
  /** `odata.maxpagesize`; undefined when not asked. */
  readonly pageSize: number | undefined
  readonly isMinimal: boolean
  /** What `Preference-Applied` says. */
  readonly applied: readonly string[]
}

/** Reads the header; throws a Refusal for a zone that does not exist. */
export function parsePreferences(header: string | undefined): Preferences {
  const given = new Map(
    split(header ?? '').map((part) => {
      const [name = '', value = ''] = part.split(/=(.*)/s)
      return [name.trim().toLowerCase(), value.trim().replace(/^"|"$/g, '')] as const
    }),
  )
  const zoneLabel = given.get('outlook.timezone') ?? 'UTC'
  const zone = zoneOfLabel(zoneLabel)
  if (zone === undefined) throw unknownZone(zoneLabel)
  const bodyType = given.get('outlook.body-content-type')?.toLowerCase()
  const pageSize = Number(given.get('odata.maxpagesize'))
  const isImmutable = given.get('idtype')?.toLowerCase() === 'immutableid'
  return {
    family: isImmutable ? 'immutable' : 'default',
    zone,
    zoneLabel,
    bodyType: bodyType === 'text' ? 'text' : 'html',
    pageSize: Number.isInteger(pageSize) && pageSize > 0 ? pageSize : undefined,
    isMinimal: given.get('return')?.toLowerCase() === 'minimal',
    applied: [
      ...(given.has('outlook.timezone') ? [`outlook.timezone="${zoneLabel}"`] : []),
      ...(bodyType === 'text' || bodyType === 'html' ? [`outlook.body-content-type="${bodyType}"`] : []),
      ...(isImmutable ? ['IdType="ImmutableId"'] : []),
    ],
  }
}

/** The parts between commas that stand outside of quotes. */
function split(header: string): readonly string[] {
  return (header.match(/(?:[^,"]|"[^"]*")+/g) ?? []).map((part) => part.trim()).filter((part) => part !== '')
}
