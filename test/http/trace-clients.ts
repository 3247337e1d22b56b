// How programs write back an event that they have read: other stamps and order, what they drop, what they add. The bodies in
// fixtures/traces are a person's edits of that. Observed in the programs' sources and in bodies that they sent.

/** A program, as far as its PUTs differ from the text that it read. */
export interface TraceClient {
  readonly userAgent: string
  readonly contentType: string
  /** Unfolded lines of a calendar object, as it was read → as this program sends it. */
  readonly writes: (lines: readonly string[]) => readonly string[]
}

/** A component: its own lines without BEGIN and END, and what is inside. */
interface Block {
  readonly name: string
  readonly lines: readonly string[]
  readonly inner: readonly Block[]
}

const plainText = 'text/calendar; charset=utf-8'

/** By the beginning of the names of the files. */
export const traceClients: Readonly<Record<string, TraceClient>> = {
  apple: {
    userAgent: 'macOS/15.4 (24E248) dataaccessd/1.0',
    contentType: 'text/calendar',
    writes: written({
      prodid: '-//Apple Inc.//macOS 15.4//EN',
      event: (lines) =>
        inOrder(
          ['CREATED', 'UID', 'RRULE', 'DTEND', 'STATUS', 'TRANSP', 'SUMMARY', 'LAST-MODIFIED', 'DTSTAMP', 'DTSTART'],
          lines
            .filter((line) => line !== 'CLASS:PUBLIC')
            .map((line) =>
              /^ATTENDEE(?!.*CUTYPE)/.test(line) ? line.replace(/^ATTENDEE/, 'ATTENDEE;CUTYPE=INDIVIDUAL') : line,
            )
            .map(stamped(['DTSTAMP', 'LAST-MODIFIED'])),
        ),
      alarm: (lines) => inOrder(['X-WR-ALARMUID', 'UID', 'TRIGGER', 'DESCRIPTION', 'ACTION'], lines),
      // macOS writes the changed dates before their series.
      arrange: (blocks) => [...blocks].reverse(),
    }),
  },
  thunderbird: {
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Thunderbird/153.7',
    contentType: plainText,
    writes: written({
      prodid: '-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN',
      event: (lines) =>
        nextGeneration(
          inOrder(
            [
              'CREATED',
              'LAST-MODIFIED',
              'DTSTAMP',
              'UID',
              'SUMMARY',
              'STATUS',
              'ORGANIZER',
              'ATTENDEE',
              'RRULE',
              'EXDATE',
              'CATEGORIES',
            ],
            lines.map(stamped(['DTSTAMP', 'LAST-MODIFIED'])),
          ),
        ),
    }),
  },
  davx5: {
    userAgent: 'DAVx5/4.5.3-ose (dav4jvm; okhttp/5.1.0) Android/16',
    contentType: plainText,
    writes: written({
      prodid: '+//IDN bitfire.at//DAVx5/4.5.3-ose ical4j/3.2.19',
      event: (lines) => {
        const alone = lines
          .filter((line) => !/^(?:CREATED|LAST-MODIFIED|X-ALT-DESC|X-MICROSOFT-)/.test(line))
          .map(stamped(['DTSTAMP']))
          .map((line) =>
            line.replace(/^(SEQUENCE:)(\d+)$/, (_, name: string, number: string) => `${name}${Number(number) + 1}`),
          )
          .map(asAndroidAttendee)
        const first = [
          'DTSTAMP',
          'UID',
          'SEQUENCE',
          'SUMMARY',
          'LOCATION',
          'DESCRIPTION',
          'DTSTART',
          'DTEND',
          'RRULE',
          'EXDATE',
        ]
        return inOrder(first, alone.some((line) => line.startsWith('RRULE')) ? withDuration(alone) : alone)
      },
      // Android knows minutes only, and titles each reminder like its event.
      alarm: (lines, event) => {
        const title = event.find((line) => line.startsWith('SUMMARY:'))?.slice(8) ?? ''
        return [...lines.filter((line) => line.startsWith('TRIGGER')), 'ACTION:DISPLAY', `DESCRIPTION:${title}`]
      },
    }),
  },
  evolution: {
    userAgent: 'Evolution/3.46.4',
    contentType: plainText,
    writes: written({
      prodid: '-//Ximian//NONSGML Evolution Calendar//EN',
      event: (lines) => [
        ...lines
          .filter((line) => !line.startsWith('LAST-MODIFIED'))
          .map((line) =>
            line.replace(/^(SEQUENCE:)(\d+)$/, (_, name: string, number: string) => `${name}${Number(number) + 1}`),
          ),
        `LAST-MODIFIED:${now}`,
      ],
      alarm: (lines) => [...lines, 'X-EVOLUTION-ALARM-UID:0f1e2d3c4b5a69788796a5b4c3d2e1f001020304'],
    }),
  },
  vdirsyncer: {
    userAgent: 'vdirsyncer/0.19.0',
    contentType: 'text/calendar',
    // The file is khal's: its library sorts.
    writes: written({
      prodid: '-//PIMUTILS.ORG//NONSGML khal / icalendar //EN',
      event: (lines) =>
        inOrder(
          ['SUMMARY', 'DTSTART', 'DTEND', 'DURATION', 'DTSTAMP', 'UID', 'RECURRENCE-ID', 'SEQUENCE', 'RRULE', 'EXDATE'],
          [...lines].sort(),
        ),
    }),
  },
}

const now = '20260302T090000Z'

interface Writing {
  readonly prodid: string
  readonly event: (lines: readonly string[]) => readonly string[]
  readonly alarm?: (lines: readonly string[], event: readonly string[]) => readonly string[]
  readonly arrange?: (events: readonly Block[]) => readonly Block[]
}

function written({
  prodid,
  event,
  alarm = (lines) => lines,
  arrange = (blocks) => blocks,
}: Writing): TraceClient['writes'] {
  return (lines) => {
    const [calendar] = blocksOf(lines)
    if (calendar === undefined) throw new Error('no calendar to write')
    const zones = calendar.inner.filter(({ name }) => name !== 'VEVENT')
    const events = calendar.inner
      .filter(({ name }) => name === 'VEVENT')
      .map((block) => ({
        ...block,
        lines: event(block.lines),
        inner: block.inner.map((inner) => ({ ...inner, lines: alarm(inner.lines, block.lines) })),
      }))
    const head = calendar.lines.map((line) => (line.startsWith('PRODID:') ? `PRODID:${prodid}` : line))
    return linesOf({ ...calendar, lines: head, inner: [...zones, ...arrange(events)] })
  }
}

function blocksOf(lines: readonly string[]): readonly Block[] {
  const found: Block[] = []
  for (let at = 0; at < lines.length; at += 1) {
    const name = /^BEGIN:(.*)$/.exec(lines[at] ?? '')?.[1]
    if (name === undefined) continue
    let [depth, end] = [1, at]
    while (depth > 0 && end < lines.length) {
      end += 1
      if (lines[end] === `BEGIN:${name}`) depth += 1
      if (lines[end] === `END:${name}`) depth -= 1
    }
    const inside = lines.slice(at + 1, end)
    const first = inside.findIndex((line) => line.startsWith('BEGIN:'))
    // Properties come before components in what this server writes.
    const [own, rest] = first < 0 ? [inside, []] : [inside.slice(0, first), inside.slice(first)]
    const inner = blocksOf(rest)
    const behind = rest.slice(rest.findLastIndex((line) => line.startsWith('END:')) + 1)
    found.push({ name, lines: [...own, ...behind], inner })
    at = end
  }
  return found
}

function linesOf({ name, lines, inner }: Block): readonly string[] {
  return [`BEGIN:${name}`, ...lines, ...inner.flatMap(linesOf), `END:${name}`]
}

function nameOf(line: string): string {
  return /^[\w-]+/.exec(line)?.[0] ?? ''
}

/** The lines with these names first, in this order, the others as they were. */
function inOrder(names: readonly string[], lines: readonly string[]): readonly string[] {
  const rank = (line: string): number => {
    const at = names.indexOf(nameOf(line))
    return at < 0 ? names.length : at
  }
  return [...lines].sort((one, other) => rank(one) - rank(other))
}

function stamped(names: readonly string[]): (line: string) => string {
  return (line) => (names.includes(nameOf(line)) ? `${nameOf(line)}:${now}` : line)
}

function nextGeneration(lines: readonly string[]): readonly string[] {
  const generation = lines.find((line) => line.startsWith('X-MOZ-GENERATION:'))
  const number = Number(generation?.split(':')[1] ?? 0) + 1
  return [...lines.filter((line) => line !== generation), `X-MOZ-GENERATION:${number}`]
}

function asAndroidAttendee(line: string): string {
  if (!line.startsWith('ATTENDEE')) return line
  const at = line.indexOf(':mailto:')
  const [, ...parameters] = line.slice(0, at).split(';')
  const kind = parameters.some((one) => one.startsWith('CUTYPE')) ? [] : ['CUTYPE=INDIVIDUAL']
  return ['ATTENDEE', ...[...parameters, ...kind].sort()].join(';') + line.slice(at)
}

// Android's provider has a duration for what repeats.
function withDuration(lines: readonly string[]): readonly string[] {
  const times = ['DTSTART', 'DTEND'].map((name) => lines.find((line) => nameOf(line) === name)?.split(':')[1] ?? '')
  const [start = NaN, end = NaN] = times.map((time) =>
    Date.parse(
      time.replace(
        /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d))?Z?$/,
        (_, y, m, d, hh = '00', mm = '00', ss = '00') => `${y}-${m}-${d}T${hh}:${mm}:${ss}Z`,
      ),
    ),
  )
  const seconds = (end - start) / 1000
  const duration = seconds % 86_400 === 0 ? `P${seconds / 86_400}D` : `PT${seconds}S`
  return lines.flatMap((line) => (nameOf(line) === 'DTEND' ? [`DURATION:${duration}`] : [line]))
}
