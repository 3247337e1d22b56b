// Replays the steps of a trace: the client as a program that keeps ETags and texts, over HTTP, through the bridge onto a
// simulated tenant; and tells of each step what the trace expects to be told.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import type { Bridge } from '../../src/bridge/bridge.ts'
import { caldav, dav, keyOf } from '../../src/caldav/names.ts'
import { childNamed, parseXml, textOf } from '../../src/caldav/xml.ts'
import { parseObject } from '../../src/ical/parse.ts'
import { fold } from '../../src/ical/lines.ts'
import { body, responsesOf } from './dav-xml.ts'
import { authorization, startWorld, type Served, type World } from './program.ts'
import { traceClients, type TraceClient } from './trace-clients.ts'
import { edited, type TraceStep } from './trace-file.ts'

const folder = join(import.meta.dirname, '../../fixtures')
const collection = '/dav/calendars/alice/work/'

/** A Monday morning. */
const begin = Date.UTC(2026, 2, 2, 8)

interface TenantEvent {
  readonly event: Readonly<Record<string, unknown>>
  readonly changed?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly cancelled?: readonly string[]
}

/** What a client holds of a resource. */
interface Held {
  readonly etag: string | undefined
  readonly text: string
}

/** A client with a day before it. */
export class Replay {
  readonly #world: World
  readonly #bridge: Bridge
  readonly #url: string
  readonly #client: TraceClient
  /** Href → what the client holds of it. */
  readonly #held = new Map<string, Held>()
  /** Label → href. */
  readonly #hrefs = new Map<string, string>()
  /** Both ids of each event and of each date of a series, also of those that are gone → its name in the trace. */
  readonly #names: Map<string, string>
  #syncToken = ''

  private constructor(world: World, { bridge, url }: Served, client: TraceClient, names: Map<string, string>) {
    this.#world = world
    this.#bridge = bridge
    this.#url = url
    this.#client = client
    this.#names = names
  }

  /** A bridge on the tenant of fixtures/traces/tenant.json, which it has read; nothing is sent by the client yet. */
  static async start(client: string): Promise<Replay> {
    const profile = traceClients[client]
    if (profile === undefined) throw new Error(`there is no client ${client}`)
    const offset = begin - Date.now()
    const clock = { ...systemClock, now: () => Date.now() + offset }
    const configure = (text: string): string =>
      text.replace('source: default', 'source: default\n    access: read-write')
    const world = await startWorld({ events: 0, clock }, configure, clock)
    const names = fill(world)
    const served = await world.open()
    await served.bridge.sync('work', {})
    const replay = new Replay(world, served, profile, names)
    for (const { name, uid } of await served.bridge.backend.list('work')) {
      replay.#hrefs.set(uid.replace(/@.*/, ''), `${collection}${name}`)
    }
    return replay
  }

  async stop(): Promise<void> {
    await this.#world.stop()
  }

  /** Does a step and tells what came of it, as the lines that the trace has for it. */
  async tell(step: TraceStep): Promise<readonly string[]> {
    const { log, outbox } = this.#world.simulator
    const [requests, mails] = [log.count, outbox.length]
    const answered = await this.#do(step)
    const changes = log.list().filter(({ number, method }) => number > requests && method !== 'GET')
    if (changes.length > 0 || step.method === 'OUTLOOK') nameAll(this.#world, this.#names)
    const sent = changes.map(
      ({ method, path, body: json }) => `graph ${method} ${shownPath(path, this.#names)}${shownBody(json)}`,
    )
    const mailed = outbox
      .slice(mails)
      .map(({ kind, subject, to, instance, comment }) =>
        [
          `mail ${kind} "${subject}"`,
          ...(instance === undefined ? [] : [`of ${instance}`]),
          `to ${to.join(', ')}`,
          ...(comment === undefined ? [] : [`saying "${comment}"`]),
        ].join(' '),
      )
    const texts = await Promise.all(
      step.expected.filter((line) => /^(?:shows|hides) /.test(line)).map((line) => this.#shown(step, line)),
    )
    return [...answered, ...sent, ...mailed, ...texts]
  }

  /** What a further round would send to Graph, and whether it would wake a client; nothing is right. */
  async tellOfQuietRound(): Promise<readonly string[]> {
    const [requests, token] = [this.#world.simulator.log.count, this.#syncTokenOf()]
    await this.#bridge.sync('work', {})
    const sent = this.#world.simulator.log.list().filter(({ number, method }) => number > requests && method !== 'GET')
    const woken = (await token) === (await this.#syncTokenOf()) ? [] : ['the sync token moved']
    return [...sent.map(({ method, path }) => `${method} ${path}`), ...woken, ...this.#world.simulator.violations]
  }

  async #syncTokenOf(): Promise<string> {
    const found = (await this.#bridge.backend.collections('alice')).find(({ slug }) => slug === 'work')
    return found?.syncToken ?? ''
  }

  async #do(step: TraceStep): Promise<readonly string[]> {
    switch (step.method) {
      case 'OUTLOOK':
        return this.#inOutlook(step)
      case 'READ':
        return this.#read()
      case 'SEND':
        return this.#recorded(step.target)
      case 'PUT':
        return step.target === '{all}' ? this.#saveAll(step) : this.#put(step, this.#hrefOf(step.target))
      default: {
        const href = this.#hrefOf(step.target)
        const answer = await this.#ask(step.method, href, this.#filled(step), step.body.join('\n'))
        await this.#learn(answer)
        if (step.method === 'DELETE' && answer.status === 204) this.#held.delete(href)
        return [statusOf(answer)]
      }
    }
  }

  async #inOutlook({ target, body: lines }: TraceStep): Promise<readonly string[]> {
    const { control } = this.#world.simulator
    const [label = '', date] = target.replace(/[{}]/g, '').split(' ')
    const event = control.truth({}).events.find((one) => labelOf(one) === label)
    const id = String(event?.['id'])
    const patch: unknown = lines.length === 0 ? undefined : JSON.parse(lines.join('\n'))
    if (patch === undefined && date === undefined) control.deleteEvent(id)
    else if (patch === undefined) control.cancelInstance(id, date ?? '')
    else if (date === undefined) control.updateEvent(id, asRecord(patch))
    else control.updateInstance(id, date, asRecord(patch))
    await this.#bridge.sync('work', {})
    return []
  }

  async #recorded(name: string): Promise<readonly string[]> {
    const text = readFileSync(join(folder, 'caldav', name, 'request.http'), 'utf8')
    const end = text.indexOf('\n\n')
    const [first = '', ...lines] = text.slice(0, end).split('\n')
    const [method = '', path = ''] = first.split(' ')
    const headers = Object.fromEntries(lines.map((line) => [line.replace(/: .*/, ''), line.replace(/^[\w-]+: /, '')]))
    const { 'Accept-Encoding': _, Authorization: __, ...others } = headers
    const answer = await this.#ask(method, path, others, text.slice(end + 2))
    return [String(answer.status)]
  }

  // A list of what changed, then the events that are not as the client holds them.
  async #read(): Promise<readonly string[]> {
    const token = `<D:sync-token>${this.#syncToken}</D:sync-token><D:sync-level>1</D:sync-level>`
    const list = body('D:sync-collection', `${token}<D:prop><D:getetag/></D:prop>`)
    const xml = { 'Content-Type': 'application/xml; charset=utf-8', Depth: '1' }
    const answer = await this.#ask('REPORT', collection, xml, list)
    const multistatus = parseXml(answer.text)
    const next = childNamed(multistatus, dav('sync-token'))
    if (next) this.#syncToken = textOf(next)
    const responses = responsesOf(multistatus)
    const gone = responses.filter(({ href, status }) => status === 404 && this.#held.has(href)).map(({ href }) => href)
    for (const href of gone) this.#held.delete(href)
    const changed = responses
      .filter(
        ({ href, found }) => href.endsWith('.ics') && found.size > 0 && etagIn(found) !== this.#held.get(href)?.etag,
      )
      .map(({ href }) => href)
    await this.#multiget(changed)
    const names = [...changed, ...gone].map((href) => this.#labelOfHref(href)).sort()
    return [`read ${names.join(' ') || 'nothing'}`]
  }

  async #multiget(hrefs: readonly string[]): Promise<void> {
    if (hrefs.length === 0) return
    const wanted = `<D:prop><D:getetag/><C:calendar-data/></D:prop>${hrefs.map((href) => `<D:href>${href}</D:href>`).join('')}`
    const xml = { 'Content-Type': 'application/xml; charset=utf-8', Depth: '1' }
    await this.#learn(await this.#ask('REPORT', collection, xml, body('C:calendar-multiget', wanted)))
  }

  async #learn(answer: TraceAnswer): Promise<void> {
    if (answer.status !== 207) return
    for (const { href, status, found } of responsesOf(parseXml(answer.text))) {
      const data = found.get(keyOf(caldav('calendar-data')))
      if (status === 404) this.#held.delete(href)
      if (data) this.#held.set(href, { etag: etagIn(found), text: textOf(data).replaceAll(/\r?\n/g, '\r\n') })
    }
  }

  async #saveAll(step: TraceStep): Promise<readonly string[]> {
    const statuses = new Set<string>()
    const hrefs = [...this.#held.keys()]
    for (const href of hrefs) for (const line of await this.#put(step, href)) statuses.add(line)
    return [...statuses]
  }

  // A whole calendar, or a person's edits of what the client holds. Without an ETag in the answer every client reads again.
  async #put(step: TraceStep, href: string): Promise<readonly string[]> {
    const held = this.#held.get(href)
    const isWhole = step.body[0] === 'BEGIN:VCALENDAR'
    const lines = isWhole ? step.body : edited(this.#client.writes(unfolded(held?.text ?? '')), step.body)
    const text = lines.map((line) => `${fold(this.#withZone(line))}\r\n`).join('')
    const condition = held === undefined ? { 'If-None-Match': '*' } : { 'If-Match': `"${held.etag ?? ''}"` }
    const headers = { 'Content-Type': this.#client.contentType, ...condition, ...this.#filled(step) }
    const answer = await this.#ask('PUT', href, headers, text)
    if (isWhole) this.#hrefs.set(parseObject(text).uid.replace(/@.*/, ''), href)
    if (answer.etag !== null) this.#held.set(href, { etag: answer.etag.replaceAll('"', ''), text })
    else if (answer.status < 300 || answer.status === 412) await this.#multiget([href])
    return [statusOf(answer)]
  }

  #withZone(line: string): string {
    const zone = /^\{zone (.*)\}$/.exec(line)?.[1]
    return zone === undefined
      ? line
      : readFileSync(join(folder, 'traces', `${zone}.ics`), 'utf8')
          .trimEnd()
          .replaceAll('\n', '\r\n')
  }

  async #shown({ target }: TraceStep, line: string): Promise<string> {
    const [, word = '', wanted = ''] = /^(shows|hides) (.*)$/.exec(line) ?? []
    const answer = await this.#ask('GET', this.#hrefOf(target), {}, '')
    const isThere = unfolded(answer.text).includes(wanted)
    return isThere === (word === 'shows') ? line : `${answer.status}: ${answer.text}`
  }

  #hrefOf(target: string): string {
    if (target === '{calendar}') return collection
    const label = /^\{(.*)\}$/.exec(target)?.[1]
    return label === undefined ? target : (this.#hrefs.get(label) ?? `${collection}${label}.ics`)
  }

  #labelOfHref(href: string): string {
    const [label] = [...this.#hrefs].find(([, other]) => other === href) ?? [href]
    return `{${label}}`
  }

  #filled({ headers, target }: TraceStep): Readonly<Record<string, string>> {
    const etag = this.#held.get(this.#hrefOf(target))?.etag ?? ''
    return Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace('{etag}', `"${etag}"`)]),
    )
  }

  async #ask(
    method: string,
    href: string,
    headers: Readonly<Record<string, string>>,
    text: string,
  ): Promise<TraceAnswer> {
    const response = await fetch(`${this.#url}${href}`, {
      method,
      headers: { 'User-Agent': this.#client.userAgent, ...headers, authorization },
      redirect: 'manual',
      ...(text === '' ? {} : { body: text }),
    })
    return { status: response.status, etag: response.headers.get('etag'), text: await response.text() }
  }
}

interface TraceAnswer {
  readonly status: number
  readonly etag: string | null
  readonly text: string
}

// With the sentence of a refusal.
function statusOf({ status, text }: TraceAnswer): string {
  const sentence = status < 400 ? undefined : /<D:responsedescription>([^<]*)/.exec(text)?.[1]
  return sentence === undefined ? String(status) : `${status}: ${sentence}`
}

// The names of all dates are learnt before some are cancelled.
function fill(world: World): Map<string, string> {
  const { control } = world.simulator
  // A fixture has the shape that its reader says.
  const tenant = JSON.parse(readFileSync(join(folder, 'traces/tenant.json'), 'utf8')) as Record<string, TenantEvent>
  const made = Object.entries(tenant).map(([label, { event, ...dates }]) => ({
    ...control.createEvent({}, { ...event, iCalUId: `${label}@fabrikam.example` }),
    ...dates,
  }))
  const names = new Map<string, string>()
  nameAll(world, names)
  for (const { id, changed = {}, cancelled = [] } of made) {
    for (const [date, patch] of Object.entries(changed)) control.updateInstance(id, date, patch)
    for (const date of cancelled) control.cancelInstance(id, date)
  }
  return names
}

function nameAll({ simulator }: World, names: Map<string, string>): void {
  const range = { from: '2026-03-01T00:00:00Z', to: '2026-05-01T00:00:00Z' }
  const { events, instances } = simulator.control.truth({}, range)
  const labels = new Map(events.map((one) => [String(one['id']), labelOf(one)] as const))
  const named = [
    ...events.map((one) => ({ one, name: `{${labelOf(one)}}` })),
    ...instances
      .filter(({ slotDate }) => slotDate !== null)
      .map((one) => ({ one, name: `{${labels.get(String(one['seriesMasterId']))} ${String(one['slotDate'])}}` })),
  ]
  for (const { one, name } of named) for (const id of ['id', 'immutableId']) names.set(String(one[id]), name)
}

function labelOf(event: Readonly<Record<string, unknown>>): string {
  const properties = Object.entries(asRecord(event['extendedProperties'] ?? {}))
  const uid = properties.find(([name]) => name.endsWith(' graphdav-uid'))?.[1]
  return String(uid ?? event['iCalUId']).replace(/@.*/, '')
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new Error('an object was expected')
  return { ...value }
}

function etagIn(found: ReadonlyMap<string, Parameters<typeof textOf>[0]>): string | undefined {
  const etag = found.get(keyOf(dav('getetag')))
  return etag && textOf(etag).replaceAll('"', '')
}

function unfolded(text: string): readonly string[] {
  return text
    .replaceAll(/\r?\n[ \t]/g, '')
    .trimEnd()
    .split(/\r?\n/)
}

function shownPath(path: string, labels: ReadonlyMap<string, string>): string {
  const [, id, action] = /\/events\/([^/?]+)(\/\w+)?/.exec(path) ?? []
  if (id === undefined) return path.replace(/^.*\/(events)\b.*$/, '$1')
  return `${labels.get(id) ?? id}${action ?? ''}`
}

// Of our own properties only their names; the transactionId is random.
function shownBody(json: string): string {
  if (json === '') return ''
  const { transactionId: _, singleValueExtendedProperties: kept, ...rest } = asRecord(JSON.parse(json))
  const names = Array.isArray(kept) ? kept.map((one) => String(asRecord(one)['id']).replace(/^.* Name /, '')) : []
  return ` ${JSON.stringify({ ...rest, ...(names.length === 0 ? {} : { keeps: names.join(' ') }) })}`
}
