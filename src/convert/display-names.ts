// Windows display names of zones, "(UTC-05:00) Eastern Time (US & Canada)", "(UTC+01:00) Amsterdam, Berlin, …": the words
// name the zone, the offset confirms it (standard or summer time: old Outlooks print either). English names only.
import { ianaNameOf, offsetMinutesAt } from '../base/zones.ts'
import { ianaOfWindows, windowsOfIana } from '../base/windows-zones.ts'

/** Display names whose words are neither a Windows id without "Standard" nor a list of cities. */
const namedRegions: ReadonlyMap<string, string> = new Map([
  ['aleutian islands', 'America/Adak'],
  ['alaska', 'America/Anchorage'],
  ['arizona', 'America/Phoenix'],
  ['baja california', 'America/Tijuana'],
  ['brasilia', 'America/Sao_Paulo'],
  ['city of buenos aires', 'America/Argentina/Buenos_Aires'],
  ['saint pierre and miquelon', 'America/Miquelon'],
  ['salvador', 'America/Bahia'],
  ['mid-atlantic - old', 'Atlantic/South_Georgia'],
  ['port louis', 'Indian/Mauritius'],
  ['sri jayawardenepura', 'Asia/Colombo'],
  ['yangon (rangoon)', 'Asia/Yangon'],
  ['chokurdakh', 'Asia/Srednekolymsk'],
  ['hawaii', 'Pacific/Honolulu'],
  ['indiana (east)', 'America/Indiana/Indianapolis'],
  ['international date line west', 'Etc/GMT+12'],
  ['newfoundland', 'America/St_Johns'],
  ['saskatchewan', 'America/Regina'],
  ['west central africa', 'Africa/Lagos'],
  ['astana', 'Asia/Almaty'],
  ['solomon is.', 'Pacific/Guadalcanal'],
  ['marshall is.', 'Pacific/Majuro'],
  ['new caledonia', 'Pacific/Noumea'],
  ['cabo verde is.', 'Atlantic/Cape_Verde'],
  ['chatham islands', 'Pacific/Chatham'],
  ['marquesas islands', 'Pacific/Marquesas'],
  ['pitcairn islands', 'Pacific/Pitcairn'],
  ['line islands', 'Pacific/Kiritimati'],
  ['kiritimati island', 'Pacific/Kiritimati'],
  ['easter island', 'Pacific/Easter'],
  ['bougainville island', 'Pacific/Bougainville'],
  ['norfolk island', 'Pacific/Norfolk'],
  ['lord howe island', 'Australia/Lord_Howe'],
  ["nuku'alofa", 'Pacific/Tongatapu'],
  ['samoa', 'Pacific/Apia'],
  ['fiji', 'Pacific/Fiji'],
  ['azores', 'Atlantic/Azores'],
  ['greenland', 'America/Nuuk'],
  ['chennai', 'Asia/Kolkata'],
  ['islamabad', 'Asia/Karachi'],
  ['abu dhabi', 'Asia/Dubai'],
  ['beijing', 'Asia/Shanghai'],
  ['ekaterinburg', 'Asia/Yekaterinburg'],
  ['st. petersburg', 'Europe/Moscow'],
  ['edinburgh', 'Europe/London'],
  ['wellington', 'Pacific/Auckland'],
  ['canberra', 'Australia/Sydney'],
  ['la paz', 'America/La_Paz'],
  ['chetumal', 'America/Cancun'],
  ['osaka', 'Asia/Tokyo'],
  ['petropavlovsk-kamchatsky - old', 'Asia/Kamchatka'],
])

const displayName = /^\((?:UTC|GMT)(?:([+-])(\d\d):(\d\d))?\)\s*(.+)$/

/** The longest name that there is has about eighty characters; a TZID may be anybody's text. */
const longestName = 200

/** The zone of a display name; undefined when it is none, or when its words and its offset do not fit together. */
export function ianaOfDisplayName(text: string): string | undefined {
  const [, sign, hours, minutes, words] = text.length > longestName ? [] : (displayName.exec(text) ?? [])
  if (words === undefined) return undefined
  const offset = (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0))
  const candidates = [ofWords(words), ...words.split(/\s*[,&]\s*/).map(ofWords)]
  const found = candidates.find((zone) => zone !== undefined && hasOffset(zone, offset))
  return found === undefined ? undefined : mainZoneOf(found)
}

// One name for all cities of a Windows zone, the one that its id gives.
function mainZoneOf(zone: string): string {
  const windowsZone = windowsOfIana(zone)
  return zone === 'UTC' || windowsZone === undefined ? zone : (ianaOfWindows(windowsZone) ?? zone)
}

function ofWords(words: string): string | undefined {
  if (/^coordinated universal time/i.test(words)) return utcOffsetZone(words)
  return (
    namedRegions.get(words.toLowerCase()) ??
    ianaOfWindows(`${words.replace(/\s*\(.*\)$/, '').replace(/ time$/i, '')} Standard Time`) ??
    regions.map((region) => ianaNameOf(`${region}/${words.replaceAll(' ', '_')}`)).find((name) => name !== undefined)
  )
}

// "Coordinated Universal Time", "Coordinated Universal Time-11", "…+13": the sign of Etc/GMT is reversed.
function utcOffsetZone(words: string): string | undefined {
  const [, sign, hours] = /time\s*(?:([+-])(\d+))?$/i.exec(words) ?? []
  return hours === undefined ? 'UTC' : ianaNameOf(`Etc/GMT${sign === '-' ? '+' : '-'}${Number(hours)}`)
}

const regions = [
  'Europe',
  'America',
  'Asia',
  'Africa',
  'Australia',
  'Pacific',
  'Atlantic',
  'Indian',
  'America/Argentina',
]

function hasOffset(zone: string, offset: number): boolean {
  return sampleInstants.some((instant) => offsetMinutesAt(zone, instant) === offset)
}

const sampleInstants = [Date.UTC(2010, 0, 15), Date.UTC(2010, 6, 15), Date.UTC(2025, 0, 15), Date.UTC(2025, 6, 15)]
