// Reads fixtures/traces/*.http: what a client sends in the course of a day, and after each request what it gets, what is sent to
// Graph and which mails go out. The format is told in fixtures/traces/README.md.

/** One request, or one thing that happens in Outlook. */
export interface TraceStep {
  readonly title: string
  /** An HTTP method, or SEND, READ, OUTLOOK, INSTANCE. */
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  /** Lines; empty without a body. */
  readonly body: readonly string[]
  /** The lines behind `=> `, in their order. */
  readonly expected: readonly string[]
}

/** The steps of a trace. Throws when a line is none of the format. */
export function parseTrace(text: string): readonly TraceStep[] {
  const [, ...sections] = text.split(/^### /m)
  return sections.map((section) => {
    const lines = section.trimEnd().split('\n')
    const [title = '', request = '', ...rest] = lines
    const [method = '', ...path] = request.split(' ')
    const told = rest.findIndex((line) => line.startsWith('=> '))
    const sent = told < 0 ? rest : rest.slice(0, told)
    const blank = sent.indexOf('')
    const head = blank < 0 ? sent : sent.slice(0, blank)
    const expected = told < 0 ? [] : rest.slice(told).filter((line) => line !== '')
    const odd = [
      ...expected.filter((line) => !line.startsWith('=> ')),
      ...head.filter((line) => !/^[\w-]+: /.test(line)),
    ]
    if (odd.length > 0 || method === '') throw new Error(`"${title}" cannot be read: ${odd.join(' / ')}`)
    return {
      title,
      method,
      target: path.join(' '),
      headers: Object.fromEntries(head.map((line) => [line.replace(/: .*/, ''), line.replace(/^[\w-]+: /, '')])),
      body: blank < 0 ? [] : withoutBlankEnd(sent.slice(blank + 1)),
      expected: expected.map((line) => line.slice(3)),
    }
  })
}

function withoutBlankEnd(lines: readonly string[]): readonly string[] {
  const last = lines.findLastIndex((line) => line !== '')
  return lines.slice(0, last + 1)
}

/**
 * The lines of a text after a person's edits: blocks of lines that stay (`  `), go (`- `) and come (`+ `), with a blank line
 * between two places. `…` stands for anything; in a line that comes, for what the `…` of the line that goes stood for. What
 * comes without a place comes at the end of the first event, a whole event at the end of the calendar.
 */
export function edited(lines: readonly string[], edits: readonly string[]): readonly string[] {
  if (edits.join() === '(as it was read)') return lines
  const hunks = edits.join('\n').split(/\n\n+/)
  return hunks.reduce((text, hunk) => applied(text, hunk.split('\n')), lines)
}

function applied(lines: readonly string[], hunk: readonly string[]): readonly string[] {
  const old = hunk.filter((line) => !line.startsWith('+ ')).map((line) => patternOf(line.slice(2)))
  if (old.length === 0) {
    const added = hunk.map((line) => line.slice(2))
    const end = added[0] === 'BEGIN:VEVENT' ? 'END:VCALENDAR' : 'END:VEVENT'
    const at = lines.indexOf(end)
    return [...lines.slice(0, at), ...added, ...lines.slice(at)]
  }
  const places = lines.flatMap((_, at) =>
    old.every((pattern, index) => pattern.test(lines[at + index] ?? '')) ? [at] : [],
  )
  const [at] = places
  if (at === undefined || places.length > 1) {
    throw new Error(`${places.length} places for\n${hunk.join('\n')}\nin\n${lines.join('\n')}`)
  }
  const gone = hunk.filter((line) => line.startsWith('- ')).map((line) => line.slice(2))
  let next = at
  const result = hunk.flatMap((line) => {
    if (line.startsWith('+ ')) return [filled(line.slice(2), gone, lines.slice(at, at + old.length))]
    const kept = lines[next] ?? ''
    next += 1
    return line.startsWith('- ') ? [] : [kept]
  })
  return [...lines.slice(0, at), ...result, ...lines.slice(at + old.length)]
}

function patternOf(line: string): RegExp {
  const escaped = line.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${escaped.join('(.*)')}$`)
}

// The line that goes and has as many `…` says what they stand for.
function filled(line: string, gone: readonly string[], there: readonly string[]): string {
  const parts = line.split('…')
  if (parts.length === 1) return line
  const source = gone.find((other) => other.split('…').length === parts.length)
  const found = source && there.map((text) => patternOf(source).exec(text)).find((match) => match !== null)
  if (!found) throw new Error(`nothing says what … stands for in ${line}`)
  return parts.map((part, index) => (index === 0 ? part : `${found[index]}${part}`)).join('')
}
