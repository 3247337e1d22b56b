// Windows zone ids and IANA names: CLDR's table, read in both directions. The home of cldr-core.
import { createRequire } from 'node:module'

interface CldrTable {
  readonly supplemental: {
    readonly windowsZones: {
      readonly mapTimezones: readonly {
        readonly mapZone: { readonly _other: string; readonly _territory: string; readonly _type: string }
      }[]
    }
  }
}

const require = createRequire(import.meta.url)
const table = require('cldr-core/supplemental/windowsZones.json') as CldrTable

const toIana = new Map<string, string>()
const toWindows = new Map<string, string>()
for (const { mapZone } of table.supplemental.windowsZones.mapTimezones) {
  const [first] = mapZone._type.split(' ')
  if (mapZone._territory === '001' && first !== undefined) toIana.set(mapZone._other.toLowerCase(), modern(first))
  for (const name of mapZone._type.split(' ')) {
    if (!toWindows.has(name)) toWindows.set(name, mapZone._other)
    if (!toWindows.has(modern(name))) toWindows.set(modern(name), mapZone._other)
  }
}

// CLDR keeps old names for stability; clients know the new ones.
function modern(name: string): string {
  const renamed: Readonly<Record<string, string>> = {
    'Asia/Calcutta': 'Asia/Kolkata',
    'Asia/Katmandu': 'Asia/Kathmandu',
    'Asia/Rangoon': 'Asia/Yangon',
    'Europe/Kiev': 'Europe/Kyiv',
    'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
    'America/Godthab': 'America/Nuuk',
    'America/Indianapolis': 'America/Indiana/Indianapolis',
    'Etc/UTC': 'UTC',
  }
  return renamed[name] ?? name
}

/** The IANA name of a Windows zone id (any case), e.g. `W. Europe Standard Time` → `Europe/Berlin`; undefined when unknown. */
export function ianaOfWindows(windowsZone: string): string | undefined {
  return toIana.get(windowsZone.trim().toLowerCase())
}

/** The Windows zone id of an IANA name, alias or canonical; undefined when Windows has none. */
export function windowsOfIana(name: string): string | undefined {
  return toWindows.get(name) ?? toWindows.get(canonical(name))
}

/** All Windows zone ids that can be translated, in CLDR's order of first appearance. */
export function windowsZones(): readonly string[] {
  return [...new Set(table.supplemental.windowsZones.mapTimezones.map(({ mapZone }) => mapZone._other))]
}

function canonical(name: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    return name
  }
}
