// What the oracle needs to know of iCalendar: blocks and lines, zones by their VTIMEZONE, times. Independent of src.

export interface Line {
  readonly name: string
  readonly parameters: Readonly<Record<string, string>>
  readonly value: string
}

export interface Block {
  readonly name: string
  readonly lines: readonly Line[]
  readonly blocks: readonly Block[]
}

/** What an independent reader of the text's VTIMEZONEs says: minutes east of UTC by TZID and instant. */
export function offsetsInIcs(text: string, lastYear: number): (tzid: string, instant: number) => number {
  const zones = readZones(readBlock(text), lastYear + 1)
  return (tzid, instant) => zoneNamed(zones, tzid).offsetAt(instant) / 60_000
}

export function readBlock(text: string): Block {
  const stack: { name: string; lines: Line[]; blocks: Block[] }[] = [{ name: '', lines: [], blocks: [] }]
  for (const raw of text.replace(/\r\n[ \t]/g, '').split('\r\n')) {
    if (raw === '') continue
    const line = readLine(raw)
    const top = stack.at(-1)
    if (line.name === 'BEGIN') stack.push({ name: line.value, lines: [], blocks: [] })
    else if (line.name === 'END') {
      stack.pop()
      if (!top || top.name !== line.value || stack.length === 0) throw new Error(`unexpected END:${line.value}`)
      stack.at(-1)?.blocks.push(top)
    } else top?.lines.push(line)
  }
  const [root] = stack
  const calendar = root?.blocks[0]
  if (stack.length !== 1 || !calendar || calendar.name !== 'VCALENDAR') throw new Error('not exactly one VCALENDAR')
  return calendar
}

function readLine(raw: string): Line {
  const found = /^([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:])*)*):(.*)$/s.exec(raw)
  if (!found) throw new Error(`not a content line: ${raw.slice(0, 40)}`)
  const parameters = [...(found[2] ?? '').matchAll(/;([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:])*)/g)].map(
    ([, name = '', value = '']) => [name.toUpperCase(), value.replaceAll('"', '')] as const,
  )
  return { name: (found[1] ?? '').toUpperCase(), parameters: Object.fromEntries(parameters), value: found[3] ?? '' }
}

export const line = (block: Block, name: string): Line | undefined => block.lines.find((line) => line.name === name)
export const lines = (block: Block, name: string): readonly Line[] => block.lines.filter((line) => line.name === name)

export interface OracleZone {
  offsetAt(instant: number): number
  /** All offsets it ever has, milliseconds. */
  readonly offsets: readonly number[]
}

export type OracleZones = ReadonlyMap<string, OracleZone>

function zoneNamed(zones: OracleZones, tzid: string): OracleZone {
  const zone = zones.get(tzid)
  if (!zone) throw new Error(`TZID ${tzid} is not defined in the text`)
  return zone
}

export function readZones(calendar: Block, lastYear: number): OracleZones {
  const zones = new Map<string, OracleZone>()
  for (const block of calendar.blocks.filter(({ name }) => name === 'VTIMEZONE')) {
    const tzid = line(block, 'TZID')?.value ?? ''
    if (zones.has(tzid)) throw new Error(`TZID ${tzid} is defined twice`)
    zones.set(tzid, readZone(block, lastYear))
  }
  return zones
}

function readZone(block: Block, lastYear: number): OracleZone {
  const onsets = block.blocks
    .flatMap((observance) => {
      const before = offsetMs(line(observance, 'TZOFFSETFROM')?.value ?? '')
      const after = offsetMs(line(observance, 'TZOFFSETTO')?.value ?? '')
      return onsetWalls(observance, before, lastYear).map((wall) => ({ at: wall - before, before, after }))
    })
    .sort((one, other) => one.at - other.at)
  const offsets = [...new Set(onsets.flatMap(({ before, after }) => [before, after]))]
  return {
    offsets,
    offsetAt: (instant) => {
      const last = onsets.findLast(({ at }) => at <= instant)
      if (last) return last.after
      throw new Error(`no observance of a VTIMEZONE covers ${new Date(instant).toISOString()}`)
    },
  }
}

function offsetMs(text: string): number {
  const found = /^([+-])(\d{2})(\d{2})$/.exec(text)
  if (!found) throw new Error(`offset ${text} is not in whole minutes`)
  return (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) * 60_000
}

const weekdayNames = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']

// Onsets in the wall time before the change; yearly rules of one month only, which is all that zones need.
function onsetWalls(observance: Block, before: number, lastYear: number): readonly number[] {
  const start = wallMsOf(line(observance, 'DTSTART')?.value ?? '')
  const dates = lines(observance, 'RDATE').flatMap(({ value }) => value.split(',').map(wallMsOf))
  const rule = line(observance, 'RRULE')
  if (!rule) return [start, ...dates]
  const parts = Object.fromEntries(rule.value.split(';').map((part) => part.split('='))) as Record<string, string>
  const { FREQ, BYMONTH, BYDAY, BYMONTHDAY, UNTIL, ...others } = parts
  if (FREQ !== 'YEARLY' || BYMONTH === undefined || Object.keys(others).length > 0)
    throw new Error(`rule ${rule.value}`)
  const until = UNTIL === undefined ? Infinity : wallMsOf(UNTIL) + before
  const timeOfDay = start - Math.floor(start / 86_400_000) * 86_400_000
  const walls: number[] = []
  for (let year = new Date(start).getUTCFullYear(); year <= lastYear; year += 1) {
    for (const day of daysOfMonth(year, Number(BYMONTH))) {
      if (BYMONTHDAY !== undefined && !BYMONTHDAY.split(',').map(Number).includes(day.number)) continue
      if (BYDAY !== undefined && ![day.name, day.fromStart, day.fromEnd].includes(BYDAY)) continue
      const wall = Date.UTC(year, Number(BYMONTH) - 1, day.number) + timeOfDay
      if (wall >= start && wall <= until) walls.push(wall)
    }
  }
  return [start, ...walls.filter((wall) => wall !== start), ...dates]
}

function daysOfMonth(year: number, month: number) {
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate()
  return Array.from({ length }, (_, index) => {
    const number = index + 1
    const name = weekdayNames[new Date(Date.UTC(year, month - 1, number)).getUTCDay()] ?? ''
    return {
      number,
      name,
      fromStart: `${Math.ceil(number / 7)}${name}`,
      fromEnd: `-${Math.ceil((length - number + 1) / 7)}${name}`,
    }
  })
}

/** `wall` is the local date-time as if it were UTC; `zone` tells how it becomes an instant (undefined: it is one). */
export interface OracleTime {
  readonly wall: number
  readonly isDate: boolean
  readonly zone: OracleZone | undefined
}

export function wallMsOf(text: string): number {
  const found = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})Z?)?$/.exec(text)
  if (!found) throw new Error(`not a date: ${text}`)
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = found
    .slice(1)
    .map((part) => Number(part ?? 0))
  const ms = Date.UTC(year, month - 1, day, hour, minute, second)
  if (new Date(ms).getUTCDate() !== day) throw new Error(`no such day: ${text}`)
  return ms
}

export function timesOf({ parameters, value, name }: Line, zones: OracleZones): readonly OracleTime[] {
  return value.split(',').map((text) => {
    const isDate = !text.includes('T')
    if (isDate !== (parameters['VALUE'] === 'DATE')) throw new Error(`${name} has the wrong VALUE`)
    if (isDate || text.endsWith('Z')) {
      if (parameters['TZID'] !== undefined) throw new Error(`${name} has a TZID that it must not have`)
      return { wall: wallMsOf(text), isDate, zone: undefined }
    }
    const tzid = parameters['TZID']
    if (tzid === undefined) throw new Error(`${name} is floating`)
    return { wall: wallMsOf(text), isDate, zone: zoneNamed(zones, tzid) }
  })
}

export function timeOf(block: Block, name: string, zones: OracleZones): OracleTime | undefined {
  const found = line(block, name)
  return found && timesOf(found, zones)[0]
}

/** A doubled hour is its first; in a gap the clock goes on with the offset before it. */
export function instantOf(wall: number, zone: OracleZone | undefined): number {
  if (!zone) return wall
  const possible = zone.offsets
    .map((offset) => wall - offset)
    .filter((instant) => instant + zone.offsetAt(instant) === wall)
  if (possible.length > 0) return Math.min(...possible)
  return wall - zone.offsetAt(wall - 14 * 3_600_000)
}

export function wallOf(instant: number, zone: OracleZone | undefined): number {
  return zone ? instant + zone.offsetAt(instant) : instant
}
