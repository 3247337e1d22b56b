// A client that moves an event from one calendar to another, what disturbs it, and what everybody sees afterwards.
import { GraphdavError } from '../../src/base/errors.ts'
import type { Move } from '../../src/calendar/backend.ts'
import { Chance } from './editor.ts'
import { calendarOf, slugs, WriteDesk, type Slug } from './write-desk.ts'
import { anyhow, ifMatch, lunch } from './write-rig.ts'

/** Titles of a calendar's events, with commas. */
export type Titles = Readonly<Record<Slug, string>>

export class MoveRig {
  readonly desk: WriteDesk
  #count = 0

  private constructor(desk: WriteDesk) {
    this.desk = desk
  }

  static async start(seed: number): Promise<MoveRig> {
    return new MoveRig(await WriteDesk.start(new Chance(seed), { seed }))
  }

  /** One new event in `work`, `Lunch`, and the MOVE that takes it to `private`. */
  async begin(): Promise<Move> {
    this.#count += 1
    for (const slug of slugs) await this.desk.round(slug)
    const { etag } = await this.put('work', 'Lunch')
    const to = { slug: 'private', name: this.#name }
    const conditions = ifMatch(etag)
    return { user: 'alice', slug: 'work', name: this.#name, conditions, mayReply: true, to, mayReplace: false }
  }

  /** No events, no faults. */
  clear(): void {
    this.desk.tenant.faults.clear()
    this.desk.atRequest = () => undefined
    for (const slug of slugs) for (const { id } of this.#events(slug)) this.desk.tenant.control.deleteEvent(String(id))
  }

  put(slug: Slug, title: string): Promise<{ readonly etag: string }> {
    const text = lunch(title).replace('lunch@client', this.#uid)
    return this.desk.backend.put({ user: 'alice', slug, name: this.#name, conditions: anyhow, mayReply: true, text })
  }

  /** In Outlook. */
  rename(slug: Slug, subject: string): void {
    this.desk.tenant.control.updateEvent(this.#idIn(slug), { subject })
  }

  /** In Outlook. */
  delete(slug: Slug): void {
    this.desk.tenant.control.deleteEvent(this.#idIn(slug))
  }

  moveInOutlook(from: Slug, to: Slug): void {
    this.desk.tenant.control.moveEvent(this.#idIn(from), { calendar: calendarOf[to] })
  }

  /** What a colleague does as soon as so many requests that change something have been made from now. */
  meanwhile(requests: number, deed: () => void): void {
    const { log } = this.desk.tenant
    const from = log.count
    let isDone = false
    this.desk.atRequest = () => {
      const sent = log.list().filter(({ number, method }) => number > from && method !== 'GET')
      if (isDone || sent.length < requests) return
      isDone = true
      deed()
    }
  }

  /** `created`, `updated`, or the code of the error. */
  async answerTo(move: Move): Promise<string> {
    try {
      return await this.desk.backend.move(move)
    } catch (error) {
      if (error instanceof GraphdavError) return error.code
      throw error
    }
  }

  /** Repeats it as a client does, until it is done or refused. */
  async lastAnswerTo(move: Move): Promise<string> {
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      const answer = await this.answerTo(move)
      if (answer !== 'unavailable') return answer
      this.desk.clock.advance(61_000)
    }
    return 'unavailable'
  }

  /** What Outlook has. */
  titles(): Titles {
    const of = (slug: Slug): string =>
      this.#events(slug)
        .map((event) => String(event['subject']))
        .join()
    return { work: of('work'), private: of('private') }
  }

  /** What Outlook has after quiet rounds. Throws when they change it, when anybody is shown another thing, or a write is open. */
  async shown(): Promise<Titles> {
    const before = this.titles()
    this.desk.clock.advance(61_000)
    for (const slug of slugs) await this.desk.round(slug)
    const after = this.titles()
    const served = { work: await this.#served('work'), private: await this.#served('private') }
    const feed = titlesOf(await this.desk.feed())
    const open = slugs.flatMap((slug) => this.desk.journal.writesOf(slug, 1000)).filter(({ state }) => state === 'open')
    // A feed shows a UID once, as the first calendar has it.
    const told = [before, after, served].map((titles) => JSON.stringify(titles))
    const isSame = new Set(told).size === 1 && feed === (before.work === '' ? before.private : before.work)
    if (!isSame || open.length > 0) throw new Error(`${told.join(' | ')}, feed ${feed}, open writes: ${open.length}`)
    return before
  }

  async #served(slug: Slug): Promise<string> {
    const mirror = this.desk.mirror(slug)
    const resources = await mirror.read(mirror.list().map(({ name }) => name))
    return resources.map(({ text }) => titlesOf(text)).join()
  }

  #events(slug: Slug): readonly Readonly<Record<string, unknown>>[] {
    return this.desk.tenant.control.truth({ calendar: calendarOf[slug] }).events
  }

  #idIn(slug: Slug): string {
    return String(this.#events(slug)[0]?.['id'])
  }

  get #name(): string {
    return `lunch-${this.#count}.ics`
  }

  get #uid(): string {
    return `lunch-${this.#count}@client`
  }
}

function titlesOf(text: string): string {
  return [...text.matchAll(/^SUMMARY:(.*)\r$/gm)].map(([, title]) => title).join()
}
