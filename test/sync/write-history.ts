// Random histories of writing: two clients, somebody in Outlook, rounds, failing requests and a process that dies between any
// two operations of the disk or requests. What was acknowledged is there, what was refused is not, half of a write at no quiet
// point, and Outlook, CalDAV and the feed are the same.
import { GraphdavError } from '../../src/base/errors.ts'
import { statusFault, type Effect } from '../../src/simulator/faults.ts'
import { parseSwitches, switchNames, switchTable, valuesOf, type Switches } from '../../src/simulator/switches.ts'
import { Chance } from './editor.ts'
import { editedText, newText, outlookEdit } from './write-client.ts'
import { calendarOf, slugs, WriteDesk, type Slug } from './write-desk.ts'
import { brokenBy, differences, factsByUid, factsOfTenant, factsOfText, tellable, type Facts } from './write-facts.ts'
import { anyhow, ifMatch, onlyNew } from './write-rig.ts'
import { Crash } from './memory-files.ts'
import type { WriteConditions } from '../../src/calendar/backend.ts'

/** An event as a client has it. */
interface Copy {
  readonly slug: Slug
  readonly name: string
  readonly uid: string
  readonly etag: string
  readonly text: string
}

/** By immutable id, all calendars together. */
type World = ReadonlyMap<string, { readonly slug: Slug; readonly facts: Facts }>

/** What a client asks for. */
interface Ask {
  readonly told: string
  readonly uid: string
  readonly send: () => Promise<unknown>
  /** What the client had, and wants: nothing for a removal. */
  readonly base: Facts | undefined
  readonly mine: Facts
  readonly slug: Slug
  /** Of a move: where it is taken from. */
  readonly from?: Slug
  readonly mayConflict: boolean
}

export interface WriteFigures {
  readonly done: Record<string, number>
}

const nothing: Facts = new Map()
const nowhere: World = new Map()

/** Ways to lose an answer. */
const losses: readonly Effect[] = [
  { kind: 'drop' },
  { kind: 'drop' },
  { kind: 'drop' },
  { kind: 'cut' },
  { kind: 'truncated' },
  statusFault(503),
  statusFault(503, { retryAfter: '20' }),
  statusFault(500),
  statusFault(504),
  statusFault(502, { body: 'html' }),
]
const effects: readonly Effect[] = [
  ...losses,
  statusFault(429, { retryAfter: '3' }),
  statusFault(429, { retryAfter: '40' }),
  statusFault(429),
  statusFault(401),
]
/** What only a change is answered, and only one that was not made. */
const conflicts: readonly Effect[] = [statusFault(412), statusFault(409)]

export class WriteHistory {
  readonly #desk: WriteDesk
  readonly #chance: Chance
  readonly #steps: string[] = []
  readonly #clients: readonly Map<string, Copy>[] = [new Map(), new Map()]
  readonly #figures: Record<string, number> = {}
  #count = 0
  #hasRuleMeanwhile = false
  /** What somebody has changed while a client asked. */
  readonly #touched = new Set<string>()
  /** Ids of series whose rule somebody changed in Outlook. */
  readonly #ruledAnew = new Set<string>()
  /** As it was after the last deed of anybody. */
  #world: World = new Map()

  private constructor(desk: WriteDesk, chance: Chance) {
    this.#desk = desk
    this.#chance = chance
  }

  /** Runs a history; rejects with the first promise that is broken. Gives how often what happened. */
  static async run(seed: number, steps: number): Promise<Readonly<Record<string, number>>> {
    const chance = new Chance(seed)
    const switches = drawSwitches(chance)
    const desk = await WriteDesk.start(chance, { seed, switches })
    const history = new WriteHistory(desk, chance)
    try {
      for (const slug of slugs) await desk.round(slug)
      for (let step = 0; step < steps; step += 1) await history.#step()
      await history.#quiet()
      return history.#figures
    } catch (error) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
      const told = history.#steps.slice(-40).join('\n')
      throw new Error(`seed ${seed}, ${JSON.stringify(switches)}: ${reason}\n${told}`, { cause: error })
    } finally {
      await desk.stop()
    }
  }

  async #step(): Promise<void> {
    const what = this.#chance.between(1, 100)
    if (what <= 14) await this.#create()
    else if (what <= 44) await this.#edit()
    else if (what <= 52) await this.#remove()
    else if (what <= 56) await this.#move()
    else if (what <= 70) this.#outlook()
    else if (what <= 80) await this.#refresh()
    else if (what <= 88) await this.#round()
    else if (what <= 90) await this.#restart()
    else if (what <= 93) this.#switch()
    else if (what <= 95) this.#desk.clock.advance(this.#chance.pick([60_000, 600_000, 86_400_000]))
    else await this.#quiet()
  }

  async #create(): Promise<void> {
    const slug = this.#chance.pick(slugs)
    if (this.#desk.mirror(slug).list().length > 8) return this.#remove()
    this.#count += 1
    const uid = `event-${this.#count}@client`
    const text = newText(uid, this.#chance)
    const conditions = this.#chance.is(0.8) ? onlyNew : anyhow
    const name = `${this.#count}.ics`
    await this.#ask({
      told: `create ${slug}/${name}`,
      uid,
      slug,
      send: () => this.#put({ slug, name, text, conditions }),
      base: nothing,
      mine: factsOfText(text),
      mayConflict: false,
    })
  }

  async #edit(): Promise<void> {
    const copy = this.#pickCopy()
    if (copy === undefined) return
    const { slug, name, uid, etag } = copy
    const { text, told } = editedText(copy.text, this.#chance)
    // Blindly, HTML of before could not be told from new one; the programs that give it back say what they have read.
    const isBlind = !this.#chance.is(0.8) && !told.includes('beside its old HTML')
    const conditions = isBlind ? anyhow : ifMatch(etag)
    await this.#ask({
      told: `edit ${slug}/${name}${isBlind ? ' blindly' : ''}: ${told}`,
      uid,
      slug,
      send: () => this.#put({ slug, name, text, conditions }),
      base: isBlind ? undefined : factsOfText(copy.text),
      mine: factsOfText(text),
      mayConflict: !this.#isFresh(copy),
    })
  }

  async #remove(): Promise<void> {
    const copy = this.#pickCopy()
    if (copy === undefined) return
    const { slug, name, uid, etag, text } = copy
    const conditions = this.#chance.is(0.8) ? ifMatch(etag) : anyhow
    const change = { user: 'alice', slug, name, conditions, mayReply: true }
    await this.#ask({
      told: `remove ${slug}/${name}`,
      uid,
      slug,
      send: () => this.#desk.backend.remove(change),
      base: factsOfText(text),
      mine: nothing,
      mayConflict: !this.#isFresh(copy),
    })
  }

  async #move(): Promise<void> {
    const copy = this.#pickCopy()
    if (copy === undefined) return
    const { slug, name, uid, etag, text } = copy
    const to = { slug: slug === 'work' ? ('private' as const) : ('work' as const), name }
    const mayReplace = this.#chance.is(0.5)
    const isThere = this.#keyOf({ slug: to.slug, uid }) !== undefined
    const change = { user: 'alice', slug, name, conditions: ifMatch(etag), mayReply: true, to, mayReplace }
    await this.#ask({
      told: `move ${slug}/${name}`,
      uid,
      slug: to.slug,
      from: slug,
      send: () => this.#desk.backend.move(change),
      // What is replaced at the other place is meant to go, whatever it was.
      base: isThere && mayReplace ? undefined : nothing,
      mine: factsOfText(text),
      mayConflict: !this.#isFresh(copy) || isThere,
    })
  }

  #put({ slug, name, text, conditions }: { slug: Slug; name: string; text: string; conditions: WriteConditions }) {
    return this.#desk.backend.put({ user: 'alice', slug, name, conditions, mayReply: true, text })
  }

  /** Asks as a client does: what failed for the moment is repeated until it is done or refused. Then it is judged. */
  async #ask(ask: Ask): Promise<void> {
    this.#sameWorld('nobody did anything')
    const [before, mails] = [this.#world, this.#desk.tenant.outbox.length]
    const known = this.#keyOf(ask)
    const taken = ask.from && this.#keyOf({ slug: ask.from, uid: ask.uid })
    const worlds = [before]
    const trouble = this.#chance.between(1, 8)
    this.#steps.push(`${ask.told} (trouble ${trouble})`)
    this.#hasRuleMeanwhile = false
    this.#touched.clear()
    this.#trouble(trouble, ask, worlds)
    const outcome = await this.#untilAnswered(ask, worlds)
    this.#desk.fuse.replace()
    this.#desk.tenant.faults.clear()
    this.#desk.atRequest = () => undefined
    this.#steps.push(`  ${outcome}`)
    this.#figures[outcome] = (this.#figures[outcome] ?? 0) + 1
    const after = this.#look()
    if (this.#desk.tenant.outbox.length > mails) throw new Error('a mail that nobody meant')
    const now = this.#keyOf(ask)
    const key = known !== undefined && (after.has(known) || now === undefined) ? known : now
    this.#othersAreSame(worlds, after, ask, { own: [known, now], taken })
    if (outcome === 'done') await this.#judgeDone(ask, worlds, after, key)
    else this.#judgeRefused(ask, outcome, worlds, after, trouble)
    this.#world = after
    for (const client of this.#clients) if (this.#chance.is(0.6)) await this.#reread(client, ask)
  }

  #trouble(trouble: number, ask: Ask, worlds: World[]): void {
    const { tenant, fuse } = this.#desk
    const chance = this.#chance
    if (trouble === 1) fuse.light(chance.between(1, 90))
    if (trouble === 2 || trouble === 3) {
      const method = chance.pick(['POST', 'PATCH', 'PATCH', 'DELETE', 'GET'])
      const isConflict = trouble === 2 && method !== 'GET' && method !== 'POST' && chance.is(0.2)
      const order = {
        method,
        when: trouble === 2 ? ('before' as const) : ('after' as const),
        count: isConflict ? 1 : chance.pick([1, 1, 3, 5]),
        skip: chance.between(0, 3),
        effect: chance.pick(trouble === 3 ? losses : isConflict ? conflicts : effects),
      }
      tenant.faults.add(order)
      this.#steps.push(`  fault ${JSON.stringify(order)}`)
    }
    if (trouble === 4) {
      let left = chance.between(1, 12)
      this.#desk.atRequest = () => {
        left -= 1
        if (left !== 0) return
        const told = this.#meanwhile(ask)
        if (told !== undefined) {
          this.#steps.push(`  outlook meanwhile: ${told}`)
          worlds.push(this.#look())
        }
      }
    }
  }

  #meanwhile({ uid, slug: target, from }: Ask): string | undefined {
    const slug = from !== undefined && this.#chance.is(0.5) ? from : target
    const key = this.#keyOf({ uid, slug })
    if (key === undefined) return undefined
    const told = this.#editInOutlook(this.#idOf(key), slug)
    if (told !== undefined) this.#touched.add(key)
    // The later of two rules decides about all dates.
    if (told === 'rule') this.#hasRuleMeanwhile = true
    return told
  }

  async #untilAnswered(ask: Ask, worlds: World[]): Promise<string> {
    const { fuse } = this.#desk
    const chance = this.#chance
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      const round = chance.is(0.3) ? this.#quietly(() => this.#desk.round(ask.slug)) : undefined
      try {
        await ask.send()
        await round
        if (fuse.isBurnt) await this.#die()
        return 'done'
      } catch (error) {
        await round
        if (fuse.isBurnt || error instanceof Crash) {
          await this.#die()
          continue
        }
        if (!(error instanceof GraphdavError)) throw error
        this.#steps.push(`  ${error.code}: ${error.message}`)
        if (attempt > 1) this.#desk.tenant.faults.clear()
        if (error.code === 'not-found' && ask.mine.size === 0) return 'done'
        if (error.code === 'not-found' && attempt > 1 && this.#keyOf(ask) !== undefined) return 'done'
        if (error.code !== 'unavailable') return error.code
        if (chance.is(0.3)) await this.#quietly(() => this.#desk.round(ask.slug))
        if (chance.is(0.1)) {
          const told = this.#meanwhile(ask)
          if (told !== undefined) {
            this.#steps.push(`  outlook between: ${told}`)
            worlds.push(this.#look())
          }
        }
        this.#desk.clock.advance(61_000)
      }
    }
    throw new Error('the client repeats without an end')
  }

  async #die(): Promise<void> {
    const power = this.#chance.is(0.3)
    this.#steps.push(power ? '  the power fails' : '  the process dies')
    this.#figures['deaths'] = (this.#figures['deaths'] ?? 0) + 1
    await this.#desk.restart({ power })
  }

  async #quietly(work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof GraphdavError) && !(error instanceof Crash)) throw error
    }
  }

  async #judgeDone(ask: Ask, worlds: readonly World[], after: World, key: string | undefined): Promise<void> {
    const there = key === undefined ? undefined : after.get(key)
    const isGone = ask.mine.size === 0
    if (isGone && key !== undefined && there !== undefined && there.slug === ask.slug)
      throw new Error('it is still there')
    if (isGone) return
    // Somebody removed it in Outlook at the same moment.
    if (there === undefined) throw new Error(`an acknowledged write is not there: ${ask.told} ${key}`)
    const theirs = key === undefined ? [nothing] : worlds.map((world) => world.get(key)?.facts ?? nothing)
    const isBlindRepeat = ask.base === undefined && worlds.length + this.#retries() > 1
    const isLoose = isBlindRepeat || this.#hasRuleMeanwhile
    const base = ask.base ?? theirs.at(-1) ?? nothing
    const isRuledAnew = key !== undefined && this.#ruledAnew.has(this.#idOf(key))
    const broken = brokenBy({ base, theirs, mine: ask.mine, after: there.facts, isLoose, isRuledAnew })
    if (broken.length > 0) throw new Error(`acknowledged, but:\n  ${broken.join('\n  ')}`)
    const mirror = this.#desk.mirror(ask.slug)
    const name = mirror.groupOf(ask.uid)?.name ?? ''
    const [resource] = await mirror.read([name])
    if (resource === undefined) throw new Error('acknowledged, but not served')
    if (worlds.length > 1) return
    const wrong = differences(tellable(factsOfText(resource.text)), tellable(there.facts))
    if (wrong.length > 0) throw new Error(`served otherwise than it is:\n  ${wrong.join('\n  ')}`)
  }

  #retries(): number {
    return this.#steps.at(-2)?.startsWith('  ') === true ? 1 : 0
  }

  #judgeRefused(ask: Ask, outcome: string, worlds: readonly World[], after: World, trouble: number): void {
    const [before, last] = [worlds[0] ?? nowhere, worlds.at(-1) ?? nowhere]
    // That an alarm was seen is no request, so nothing is in the journal: after a death the repeat finds its own new ETag.
    const isOfServer = ask.told.includes('sees an alarm') && trouble === 1
    const isOfOthers = ask.mayConflict || worlds.length > 1 || trouble === 2 || trouble === 3
    const mayBe = outcome !== 'conflict' || isOfOthers || isOfServer
    if (!mayBe) throw new Error('refused, although nobody else changed it')
    if (outcome === 'internal') throw new Error('an internal error')
    // What nobody else touched is as it was before, not as it was in the middle of the write, when somebody touched another event.
    // What was made meanwhile is taken back, except what somebody else has made his own.
    const isOfOther = (key: string): boolean => this.#touched.has(key) && (before.has(key) || after.has(key))
    const was = (key: string): Facts => (isOfOther(key) ? last : before).get(key)?.facts ?? nothing
    const wrong = [...new Set([...before.keys(), ...last.keys(), ...after.keys()])].flatMap((key) =>
      differences(was(key), after.get(key)?.facts ?? nothing),
    )
    if (wrong.length > 0) throw new Error(`refused (${outcome}), but half done:\n  ${wrong.slice(0, 9).join('\n  ')}`)
  }

  #othersAreSame(
    worlds: readonly World[],
    after: World,
    { told }: Ask,
    { own, taken }: { readonly own: readonly (string | undefined)[]; readonly taken: string | undefined },
  ): void {
    const last = worlds.at(-1) ?? new Map<string, never>()
    const made = [...after.keys()].filter((key) => worlds[0]?.has(key) !== true && !own.includes(key))
    if (made.length > 0) throw new Error(`${told} made another event`)
    for (const [key, { facts, slug }] of last) {
      if (own.includes(key) || worlds[0]?.has(key) !== true) continue
      const now = after.get(key)
      if (now === undefined && key === taken) {
        const lost = differences(tellable(worlds[0]?.get(key)?.facts ?? nothing), tellable(facts))
        if (lost.length > 0) throw new Error(`taken away although somebody changed it:\n  ${lost.join('\n  ')}`)
        continue
      }
      if (now === undefined) throw new Error(`another event is gone`)
      if (now.slug !== slug) throw new Error('another event is somewhere else')
      const wrong = differences(facts, now.facts)
      if (wrong.length > 0) throw new Error(`another event was changed:\n  ${wrong.join('\n  ')}`)
    }
  }

  #outlook(): void {
    this.#sameWorld('nobody did anything')
    const [id, slug] = this.#pickEvent()
    this.#steps.push(`outlook: ${this.#inOutlook(id, slug)}`)
    this.#world = this.#look()
  }

  #editInOutlook(id: string, slug: Slug): string | undefined {
    const told = outlookEdit(this.#desk.tenant, calendarOf[slug], id, this.#chance)
    if (told === 'rule') this.#ruledAnew.add(id)
    return told
  }

  #inOutlook(id: string | undefined, slug: Slug | undefined): string {
    const { tenant } = this.#desk
    const deed = this.#chance.between(1, 10)
    if (id === undefined || slug === undefined || deed === 1) {
      const start = { dateTime: '2026-03-17T09:00:00', timeZone: 'W. Europe Standard Time' }
      const end = { ...start, dateTime: '2026-03-17T10:00:00' }
      tenant.control.createEvent({}, { subject: 'From Outlook', start, end })
      return 'new'
    }
    if (deed > 2) return `${this.#editInOutlook(id, slug) ?? 'nothing'} ${slug}`
    tenant.control.deleteEvent(id)
    return 'delete'
  }

  #pickEvent(): readonly [string, Slug] | readonly [] {
    const all = slugs.flatMap((slug) =>
      this.#desk.tenant.control
        .truth({ calendar: calendarOf[slug] })
        .events.map((event) => [String(event['id']), slug] as const),
    )
    return all.length === 0 ? [] : this.#chance.pick(all)
  }

  async #refresh(): Promise<void> {
    const client = this.#chance.pick(this.#clients)
    client.clear()
    for (const slug of slugs) {
      const mirror = this.#desk.mirror(slug)
      if (!mirror.state().isReady) continue
      const resources = await mirror.read(mirror.list().map(({ name }) => name))
      for (const { name, uid, etag, text } of resources) client.set(uid, { slug, name, uid, etag, text })
    }
  }

  async #reread(client: Map<string, Copy>, { uid, slug }: Ask): Promise<void> {
    client.delete(uid)
    const name = this.#desk.mirror(slug).groupOf(uid)?.name
    const [resource] = name === undefined ? [] : await this.#desk.mirror(slug).read([name])
    if (resource !== undefined)
      client.set(uid, { slug, name: resource.name, uid, etag: resource.etag, text: resource.text })
  }

  async #round(): Promise<void> {
    const { fuse, tenant } = this.#desk
    const slug = this.#chance.pick(slugs)
    const isFull = this.#chance.is(0.15)
    this.#steps.push(`round ${slug}${isFull ? ' full' : ''}`)
    if (this.#chance.is(0.2)) fuse.light(this.#chance.between(1, 60))
    if (this.#chance.is(0.2))
      tenant.faults.add({ skip: this.#chance.between(0, 4), count: 2, effect: this.#chance.pick(effects) })
    await this.#quietly(() => this.#desk.round(slug, isFull))
    tenant.faults.clear()
    if (fuse.isBurnt) await this.#die()
    fuse.replace()
    this.#desk.clock.advance(61_000)
  }

  async #restart(): Promise<void> {
    const withoutMirror = this.#chance.is(0.3)
    this.#steps.push(withoutMirror ? 'restart without the mirror' : 'restart')
    await this.#desk.restart({ withoutMirror })
    if (withoutMirror) for (const slug of slugs) await this.#desk.round(slug)
  }

  #switch(): void {
    const name = this.#chance.pick(drawable.filter((one) => switchTable[one].kind === 'observed'))
    const change = { [name]: this.#chance.pick(valuesOf(name)) }
    this.#desk.tenant.setSwitches(change)
    this.#steps.push(`switch ${JSON.stringify(change)}`)
  }

  /** Everything is as it is in Outlook, everywhere, and stays so. */
  async #quiet(): Promise<void> {
    this.#steps.push('quiet')
    const desk = this.#desk
    this.#sameWorld('nobody did anything')
    desk.clock.advance(61_000)
    for (const slug of slugs) await desk.round(slug)
    desk.clock.advance(61_000)
    for (const slug of slugs) await desk.round(slug)
    const [writes, tokens] = [desk.writes(), this.#tokens()]
    for (const slug of slugs) await desk.round(slug)
    if (desk.writes() > writes) throw new Error('a round writes')
    if (this.#tokens() !== tokens) throw new Error('a quiet round moves the change log')
    this.#sameWorld('rounds')
    const feed = factsByUid(await desk.feed())
    for (const slug of slugs) await this.#isServed(slug, feed)
    const open = slugs.flatMap((slug) => desk.journal.writesOf(slug, 1000)).filter(({ state }) => state === 'open')
    if (open.length > 0) throw new Error(`the journal has open writes: ${open.map(({ name }) => name).join()}`)
  }

  async #isServed(slug: Slug, feed: ReadonlyMap<string, Facts>): Promise<void> {
    const mirror = this.#desk.mirror(slug)
    const resources = await mirror.read(mirror.list().map(({ name }) => name))
    if (new Set(resources.map(({ uid }) => uid)).size !== resources.length) throw new Error('a UID twice')
    const truth = new Map(factsOfTenant(this.#desk.tenant, calendarOf[slug]))
    for (const { uid, text, name } of resources) {
      const facts = factsOfText(text)
      const [key = ''] = mirror.groupOf(uid)?.keys ?? []
      const wrong = differences(tellable(facts), tellable(truth.get(key) ?? nothing))
      if (wrong.length > 0) throw new Error(`${slug}/${name} is served otherwise:\n  ${wrong.join('\n  ')}`)
      truth.delete(key)
      // Where a UID is in several calendars, a feed shows the first.
      if (slugs.find((one) => this.#keyOf({ slug: one, uid }) !== undefined) !== slug) continue
      const other = differences(tellable(facts), tellable(feed.get(uid) ?? nothing))
      if (other.length > 0) throw new Error(`${slug}/${name} is otherwise in the feed:\n  ${other.join('\n  ')}`)
    }
    if (truth.size > 0) throw new Error(`${slug}: ${truth.size} events of Outlook are not served`)
  }

  #tokens(): string {
    return slugs.map((slug) => this.#desk.mirror(slug).state().syncToken).join()
  }

  #look(): World {
    return new Map(
      slugs.flatMap((slug) =>
        [...factsOfTenant(this.#desk.tenant, calendarOf[slug])].map(([key, facts]) => [key, { slug, facts }] as const),
      ),
    )
  }

  #sameWorld(who: string): void {
    const now = this.#look()
    for (const key of new Set([...now.keys(), ...this.#world.keys()])) {
      const wrong = differences(this.#world.get(key)?.facts ?? nothing, now.get(key)?.facts ?? nothing)
      if (wrong.length > 0) throw new Error(`${who}, and yet:\n  ${wrong.join('\n  ')}`)
    }
  }

  #keyOf({ uid, slug }: Pick<Ask, 'uid' | 'slug'>): string | undefined {
    return this.#desk.mirror(slug).groupOf(uid)?.keys[0]
  }

  #idOf(key: string): string {
    const found = slugs
      .flatMap((slug) => this.#desk.tenant.control.truth({ calendar: calendarOf[slug] }).events)
      .find((event) => event['immutableId'] === key)
    return typeof found?.['id'] === 'string' ? found['id'] : key
  }

  #pickCopy(): Copy | undefined {
    const copies = [...this.#chance.pick(this.#clients).values()]
    return copies.length === 0 ? undefined : this.#chance.pick(copies)
  }

  /** Nobody has changed it since the client read it. */
  #isFresh({ slug, name, uid, etag }: Copy): boolean {
    const mirror = this.#desk.mirror(slug)
    const key = this.#keyOf({ slug, uid }) ?? ''
    const { events } = this.#desk.tenant.control.truth({ calendar: calendarOf[slug] })
    const now = events.find((event) => event['immutableId'] === key)?.['changeKey']
    const isServed = mirror.list().some((one) => one.name === name && one.etag === etag)
    return isServed && mirror.keys().get(key)?.changeKey === now
  }
}

const drawable = switchNames.filter((name) => switchTable[name].kind !== 'setting' && !excluded().has(name))

// What never ends, what only the weekly audit finds, and what makes the reader of this test blind.
function excluded(): ReadonlySet<string> {
  return new Set(['endless', 'deletedOccurrence', 'outOfWindowRemoved', 'monthEnd', 'replay'])
}

function drawSwitches(chance: Chance): Partial<Switches> {
  const drawn = drawable.filter(() => chance.is(0.3))
  const national = chance.is(0.2) ? { cloud: 'national' } : {}
  return parseSwitches({
    ...Object.fromEntries(drawn.map((name) => [name, chance.pick(valuesOf(name))])),
    ...national,
  }).changes
}
