// Clients that poll: feed readers, CalDAV clients that synchronize, people who write, and one who asks for this and that. What a
// client would show its user as an error is noted.
import { systemClock } from '../../src/base/clock.ts'
import { caldav, dav, keyOf } from '../../src/caldav/names.ts'
import { childNamed, parseXml, textOf } from '../../src/caldav/xml.ts'
import type { Chance } from '../sync/editor.ts'
import { body, propertyText, responsesOf, type Response as Row } from '../http/dav-xml.ts'

/** Where the server is, and what went wrong so far. */
export interface Ground {
  readonly url: string
  readonly collection: string
  readonly authorization: string
  readonly chance: Chance
  /** Says what should not have happened. */
  readonly wrong: (sentence: string) => void
  /** True for a moment after the server was told to read its configuration again: it listens anew then. */
  readonly mayBeAway: () => boolean
  /** Counts an answer; status 0: nobody listened. */
  readonly answered: (method: string, status: number) => void
}

interface Asking {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Statuses that are fine; 503 with Retry-After always is. */
  readonly fine: readonly number[]
}

async function ask(ground: Ground, path: string, { method = 'GET', headers, body, fine }: Asking): Promise<Response> {
  const request = { method, headers: { authorization: ground.authorization, ...headers }, body: body ?? null }
  const answer = await fetch(ground.url + path, request).catch((error: unknown) => {
    if (!(error instanceof TypeError)) throw error
    ground.answered(method, 0)
    if (!ground.mayBeAway()) ground.wrong(`${method} ${path} was not answered: ${String(error.cause)}`)
    return new Response('', { status: 503, headers: { 'retry-after': '1' } })
  })
  ground.answered(method, answer.status)
  const isBusy = answer.status === 503 && answer.headers.has('retry-after')
  // As a client does; not longer, so that there is something to see.
  if (isBusy) await systemClock.sleep(Math.min(3, Number(answer.headers.get('retry-after'))) * 1000)
  if (!isBusy && !fine.includes(answer.status)) {
    const said = (await answer.clone().text()).slice(0, 500)
    ground.wrong(`${method} ${path} was answered ${answer.status}: ${said}`)
  }
  return answer
}

/** A feed reader: asks whether anything is new, takes it, and looks that it is whole. */
export function feedReader(ground: Ground, path: string): () => Promise<void> {
  let etag = ''
  return async () => {
    const headers = etag === '' ? {} : { 'if-none-match': etag }
    const answer = await ask(ground, path, { headers, fine: [200, 304] })
    const text = await answer.text()
    if (answer.status !== 200) return
    etag = answer.headers.get('etag') ?? ''
    if (!text.startsWith('BEGIN:VCALENDAR') || !text.endsWith('END:VCALENDAR\r\n'))
      ground.wrong(`${path} was not whole`)
  }
}

/** A CalDAV client that keeps what it knows by differences. */
export class SyncClient {
  readonly #ground: Ground
  #token = ''
  /** Href → ETag. */
  readonly known = new Map<string, string>()

  constructor(ground: Ground) {
    this.#ground = ground
  }

  async round(): Promise<void> {
    const { collection } = this.#ground
    const report = body(
      'D:sync-collection',
      `<D:sync-token>${this.#token}</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop>`,
    )
    const answer = await ask(this.#ground, collection, {
      method: 'REPORT',
      body: report,
      headers: xml,
      fine: [207, 403],
    })
    const text = await answer.text()
    if (answer.status === 403) {
      if (!text.includes('valid-sync-token'))
        this.#ground.wrong('a report was refused for another reason than its token')
      this.#token = ''
      this.known.clear()
    }
    if (answer.status !== 207) return
    const multistatus = parseXml(text)
    const changed: string[] = []
    for (const one of responsesOf(multistatus)) {
      if (one.status === 404) this.known.delete(one.href)
      else {
        this.known.set(one.href, propertyText(one, dav('getetag')))
        changed.push(one.href)
      }
    }
    const token = childNamed(multistatus, dav('sync-token'))
    if (token === undefined) this.#ground.wrong('a report came without a sync token')
    else this.#token = textOf(token)
    if (changed.length > 0) await this.#fetch(changed.slice(0, 30))
  }

  async #fetch(hrefs: readonly string[]): Promise<void> {
    const report = body(
      'C:calendar-multiget',
      `<D:prop><D:getetag/><C:calendar-data/></D:prop>${hrefs.map((href) => `<D:href>${href}</D:href>`).join('')}`,
    )
    const { collection } = this.#ground
    const answer = await ask(this.#ground, collection, { method: 'REPORT', body: report, headers: xml, fine: [207] })
    if (answer.status !== 207) return
    for (const one of responsesOf(parseXml(await answer.text()))) {
      // Gone since is fine; half there is not.
      if (one.status !== 404 && !textIn(one).endsWith('END:VCALENDAR\r\n'))
        this.#ground.wrong(`${one.href} was not whole`)
    }
  }

  /** What the server has now, for the comparison in the end. */
  async look(): Promise<ReadonlyMap<string, string>> {
    const { collection } = this.#ground
    const wanted = body('D:propfind', '<D:prop><D:getetag/></D:prop>')
    const headers = { ...xml, depth: '1' }
    const answer = await ask(this.#ground, collection, { method: 'PROPFIND', body: wanted, headers, fine: [207] })
    const text = await answer.text()
    if (answer.status !== 207) return new Map()
    const rows = responsesOf(parseXml(text)).filter(({ href }) => href.endsWith('.ics'))
    return new Map(rows.map((one) => [one.href, propertyText(one, dav('getetag'))]))
  }
}

/** Somebody who makes, changes and deletes events of their own; a change that got lost on the way is repeated. */
export class Writer {
  readonly #ground: Ground
  readonly #name: string
  #count = 0
  /** Href → the title that the server has acknowledged. */
  readonly titles = new Map<string, string>()

  constructor(ground: Ground, name: string) {
    this.#ground = ground
    this.#name = name
  }

  async step(): Promise<void> {
    const { chance } = this.#ground
    const hrefs = [...this.titles.keys()]
    if (hrefs.length < 5 || (hrefs.length < 30 && chance.is(0.4))) return await this.#put(undefined)
    if (chance.is(0.5)) return await this.#put(chance.pick(hrefs))
    await this.#delete(chance.pick(hrefs))
  }

  async #put(known: string | undefined): Promise<void> {
    this.#count += 1
    const href = known ?? `${this.#ground.collection}${this.#name}-${this.#count}.ics`
    const title = `${this.#name} ${this.#count}`
    const text = this.#event(href, title)
    const headers = { 'content-type': 'text/calendar; charset=utf-8', ...(known ? {} : { 'if-none-match': '*' }) }
    for (let tries = 0; tries < 8; tries += 1) {
      // 412: somebody changed it in Outlook in the same moment, and nothing was overwritten.
      const answer = await ask(this.#ground, href, { method: 'PUT', body: text, headers, fine: [201, 204, 412] })
      await answer.text()
      if (answer.ok) {
        this.titles.set(href, title)
        return
      }
      if (answer.status !== 503) return
    }
    // Not acknowledged, maybe done: nobody knows this title, so it is given up.
    await this.#delete(href)
  }

  async #delete(href: string): Promise<void> {
    for (let tries = 0; tries < 20; tries += 1) {
      const answer = await ask(this.#ground, href, { method: 'DELETE', fine: [204, 404, 412] })
      await answer.text()
      if (answer.status !== 503) break
    }
    this.titles.delete(href)
  }

  #event(href: string, title: string): string {
    const { chance } = this.#ground
    const uid = href.slice(href.lastIndexOf('/') + 1, -4)
    const day = new Date(Date.now() + chance.between(1, 100) * 86_400_000)
      .toISOString()
      .slice(0, 10)
      .replaceAll('-', '')
    const rule = chance.is(0.3) ? ['RRULE:FREQ=WEEKLY;COUNT=5'] : []
    return [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//soak//EN',
      'BEGIN:VEVENT',
      `UID:${uid}`,
      'DTSTAMP:20260101T000000Z',
      `DTSTART:${day}T100000Z`,
      `DTEND:${day}T110000Z`,
      ...rule,
      `SUMMARY:${title}`,
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join('\r\n')
  }
}

/** Somebody who asks for this and that, nonsense and a wrong password included. */
export function wanderer(ground: Ground): () => Promise<void> {
  const { collection, chance } = ground
  const day = (offset: number): string =>
    `${new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')}T000000Z`
  const asking: readonly (() => Promise<Response>)[] = [
    () => {
      const from = chance.between(-100, 300)
      const range = `<C:time-range start="${day(from)}" end="${day(from + 31)}"/>`
      const filter = `<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">${range}</C:comp-filter></C:comp-filter></C:filter>`
      const report = body('C:calendar-query', `<D:prop><D:getetag/><C:calendar-data/></D:prop>${filter}`)
      return ask(ground, collection, { method: 'REPORT', body: report, headers: { ...xml, depth: '1' }, fine: [207] })
    },
    () => {
      const report = body('C:free-busy-query', `<C:time-range start="${day(0)}" end="${day(14)}"/>`)
      return ask(ground, collection, { method: 'REPORT', body: report, headers: xml, fine: [200] })
    },
    () => ask(ground, collection, { method: 'PROPFIND', headers: { ...xml, depth: '1' }, fine: [207] }),
    () => ask(ground, '/dav/', { method: 'OPTIONS', fine: [200] }),
    () => ask(ground, '/metrics', { fine: [200] }),
    () => ask(ground, '/readyz', { fine: [200, 503] }),
    () => ask(ground, '/nothing/here', { fine: [404] }),
    () =>
      ask(ground, `${collection}broken.ics`, {
        method: 'PUT',
        body: 'BEGIN:VCALENDAR\r\nnonsense',
        headers: ics,
        fine: [403],
      }),
    () => ask(ground, collection, { method: 'REPORT', body: '<broken', headers: xml, fine: [400] }),
  ]
  return async () => {
    await (await chance.pick(asking)()).text()
  }
}

function textIn(row: Row): string {
  const data = row.found.get(keyOf(caldav('calendar-data')))
  return data === undefined ? '' : textOf(data)
}

const xml = { 'content-type': 'application/xml; charset=utf-8' }
const ics = { 'content-type': 'text/calendar; charset=utf-8' }
