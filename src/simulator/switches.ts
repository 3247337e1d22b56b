// The switches: every fact about Graph that nobody has proved and that decides data, and every behaviour that comes and
// goes in the field. The bridge has to be right with each setting. The first value of each row is the default.

type Kind =
  /** Not proved by anybody: random histories draw a value at their start. */
  | 'assumed'
  /** Seen from time to time: may change in the middle of a history. */
  | 'observed'
  /** A way to set up a test; never drawn. */
  | 'setting'

interface Row<Value> {
  readonly kind: Kind
  readonly values: readonly [Value, ...Value[]]
  readonly meaning: string
}

/** Any whole number from 0 on is allowed, the listed ones are examples. */
interface NumberRow {
  readonly kind: Kind
  readonly numbers: readonly [number, ...number[]]
  readonly meaning: string
}

const row = <const Value extends string | boolean>(
  kind: Kind,
  values: readonly [Value, ...Value[]],
  meaning: string,
): Row<Value> => ({ kind, values, meaning })

const numberRow = (kind: Kind, numbers: readonly [number, ...number[]], meaning: string): NumberRow => ({
  kind,
  numbers,
  meaning,
})

/** Name → kind, allowed values (default first), meaning. */
export const switchTable = {
  cloud: row('setting', ['global', 'national'], 'national: cancelledOccurrences and exceptionOccurrences are 400'),
  monthEnd: row('assumed', ['clamped', 'skipped'], 'day 29-31 in a shorter month: the last day, or no slot'),
  oidDate: row('assumed', ['local', 'utc'], 'the date in OID.{id}.{date} is the slot’s local or its UTC date'),
  instanceEnd: row(
    'setting',
    ['wall', 'exact'],
    'an instance over a DST change keeps its local end time (as Exchange stores it), or its length',
  ),
  occurrenceUid: row('assumed', ['dated', 'same'], 'iCalUId of occurrences: with the date inside, or the master’s'),
  allDayTimes: row('assumed', ['midnight', 'shifted'], 'all-day start/end: the date, or shifted into the asked zone'),
  windowEdge: row('observed', ['excluded', 'included'], 'an event that ends exactly where the window starts'),
  exceptionsInEvents: row('assumed', [false, true], 'plain /events also lists exceptions'),
  expandedExceptions: numberRow('assumed', [0, 3], 'more expanded exceptionOccurrences than this are cut; 0: never'),
  expandedExceptionsLink: row('assumed', [true, false], 'cut exceptionOccurrences carry a nextLink'),
  exceptionOccurrencesPath: row('assumed', [true, false], 'GET /events/{id}/exceptionOccurrences works'),

  deltaMasters: row(
    'observed',
    ['always', 'firstRound', 'begunInWindow', 'never'],
    'master rows in calendarView/delta: always, in full rounds only, only of series begun in the window, never',
  ),
  deletedOccurrence: row(
    'observed',
    ['listed', 'removed', 'silent'],
    'a deleted occurrence: its series is listed again, also @removed of its id, or nothing at all (the audit finds it)',
  ),
  outOfWindowRemoved: row('observed', [true, false], 'changes outside the window arrive as @removed'),
  firstRoundRemoved: row('observed', [false, true], 'a first round begins with @removed of an unknown id'),
  movedBack: row('observed', ['listed', 'removed'], 'an event that left the calendar and came back between two rounds'),
  duplicateRows: row('observed', [false, true], 'the first row of a page comes again as its last'),
  replay: row('observed', [false, true], 'a round delivers the changes of the round before again'),
  emptyPages: row(
    'observed',
    ['none', 'first', 'all'],
    'empty pages with a nextLink: none, the first, before each page',
  ),
  endless: row('observed', [false, true], 'a round repeats its pages with new skiptokens and never ends'),
  rowOrder: row('observed', ['created', 'reversed', 'mixed'], 'order of the rows of a round'),
  rowShape: row('observed', ['full', 'extra', 'sparse'], 'rows as documented, with unknown keys, without null keys'),
  stubEtag: row('observed', ['constant', 'own'], 'etag of occurrence stubs: one constant-looking value, or their own'),
  expiredToken: row(
    'observed',
    ['syncStateNotFound', 'resyncRequired', 'syncStateInvalid', 'badlyFormed'],
    'the answer to an expired delta token: 410 with this code, or 400 "Badly formed token."',
  ),
  expiredTokenLocation: row('observed', [true, false], '410 carries a Location with a fresh delta URL'),
  eventsDelta: row('assumed', ['beta', 'both', 'none'], 'where events/delta works'),
  eventsDeltaRefusal: row('assumed', ['400', '404', '501'], 'the answer where events/delta does not work'),
  eventsDeltaExceptions: row('assumed', [false, true], 'events/delta also lists exceptions'),
  eventsDeltaCapitals: row('observed', [false, true], 'events/delta rows write DateTime and TimeZone'),

  immutableCalendarIds: row('observed', [true, false], 'IdType="ImmutableId" changes the ids of calendars too'),
  calendarListProperties: row(
    'assumed',
    [true, false],
    'a list of calendars shows expanded extended properties; a single calendar always does',
  ),
  maxWindowDays: numberRow('setting', [1825, 366], 'calendarView refuses longer windows'),
  windowCapOnDelta: row('assumed', [true, false], 'calendarView/delta has the same cap'),
  pageSize: numberRow('setting', [10, 3], 'rows of a page when the request does not say'),
  concurrency: numberRow('setting', [4], 'requests in flight per mailbox before 429'),
  throttleRetryAfter: row('observed', ['1', '0.2', ''], 'Retry-After of that 429; empty: no header'),
  latencyMs: numberRow('setting', [0, 5], 'every Graph answer takes at least this long'),

  ifMatch: row('assumed', ['412', '409', 'ignored'], 'a stale If-Match on an event'),
  repeatedTransactionId: row('assumed', ['201', '200', '409'], 'the answer to a POST with a transactionId seen before'),
  recurrencePatch: row(
    'assumed',
    ['dropsOnChange', 'drops', 'keeps'],
    'a PATCH with recurrence drops exceptions and cancelled dates: when it differs, always, never',
  ),
  emptySeries: row('assumed', ['deleted', 'kept'], 'a finite series whose last occurrence was deleted'),
  copyKeepsProperties: row('assumed', [true, false], 'a copied event carries extended properties'),
  copyKeepsUid: row('assumed', [false, true], 'a copied event carries the same iCalUId'),
  personalChange: row(
    'setting',
    ['silent', 'mailed'],
    'not proved: the organizer’s PATCH of categories, reminder, showAs or extended properties only mails nobody, or all',
  ),
  attendeesChange: row(
    'setting',
    ['changed', 'all'],
    'not proved: a PATCH of attendees only mails those that changed, or all',
  ),
  declined: row('assumed', ['removed', 'kept'], 'a declined meeting leaves the calendar, or stays with its answer'),
  unaskedAnswer: row('assumed', ['refused', 'taken'], 'an answer where responseRequested is false: 400, or 202'),
  foreignChange: row(
    'assumed',
    ['local', 'refused'],
    'an attendee’s PATCH of what is the organizer’s: stays in the own copy, or 403',
  ),
  attendeeCopies: row('setting', [true, false], 'meetings with people of this tenant arrive in their calendars'),

  nullProperty: row('assumed', ['removes', 'empties'], 'an extended property written as null is gone, or empty'),

  returnMinimal: row('assumed', ['204', 'ignored'], 'PATCH with Prefer: return=minimal'),
} as const

export type SwitchName = keyof typeof switchTable

type ValueOf<Entry> = Entry extends { readonly values: readonly (infer Value)[] } ? Value : number

/** One value per switch. */
export type Switches = { readonly [Name in SwitchName]: ValueOf<(typeof switchTable)[Name]> }

export const switchNames = Object.keys(switchTable).filter(isSwitchName)

/** The default of every switch, changed by `changes`. */
export function switchesWith(changes: Partial<Switches> = {}): Switches {
  const defaults = Object.fromEntries(switchNames.map((name) => [name, valuesOf(name)[0]]))
  // Each default is the first value of its own row.
  return { ...(defaults as unknown as Switches), ...changes }
}

/** The allowed values (of a number: examples), default first. */
export function valuesOf(name: SwitchName): readonly (string | boolean | number)[] {
  const entry: Row<string | boolean> | NumberRow = switchTable[name]
  return 'values' in entry ? entry.values : entry.numbers
}

/** Reads `{name: value}`; a name or a value that does not exist is said in `wrong`. */
export function parseSwitches(input: Readonly<Record<string, unknown>>): {
  readonly changes: Partial<Switches>
  readonly wrong: readonly string[]
} {
  const good: Record<string, unknown> = {}
  const wrong: string[] = []
  for (const [name, value] of Object.entries(input)) {
    if (!isSwitchName(name)) wrong.push(`there is no switch ${name}`)
    else if (!isAllowed(name, value)) wrong.push(`${name} takes ${valuesOf(name).map(String).join(', ')}`)
    else good[name] = value
  }
  return { changes: good, wrong }
}

function isSwitchName(name: string): name is SwitchName {
  return Object.hasOwn(switchTable, name)
}

function isAllowed(name: SwitchName, value: unknown): boolean {
  if ('numbers' in switchTable[name]) return typeof value === 'number' && Number.isInteger(value) && value >= 0
  return valuesOf(name).some((allowed) => allowed === value)
}
