// Random histories of writing: two clients, somebody in Outlook, rounds, failing requests and dying processes. At every quiet
// point Outlook, what is served and what was acknowledged are the same.
import { GraphdavError } from '../../src/base/errors.ts'
import { Chance } from './editor.ts'
import { ifMatch, onlyNew, WriteRig } from './write-rig.ts'
import { later, standup } from './write-crashes.ts'

interface Copy {
  readonly etag: string
  readonly text: string
}

/** What an event is known to be; a history that breaks a promise throws with all of its steps. */
interface Known {
  title: string
  place: string
}

type Change = (bridge: WriteRig) => Promise<unknown>

export class WriteHistory {
  readonly #bridge: WriteRig
  readonly #chance: Chance
  readonly #steps: string[] = []
  readonly #clients: readonly Map<string, Copy>[] = [new Map(), new Map()]
  readonly #known = new Map<string, Known>()
  #count = 0

  private constructor(bridge: WriteRig, chance: Chance) {
    this.#bridge = bridge
    this.#chance = chance
  }

  /** Runs a history; rejects with the first promise that is broken. */
  static async run(seed: number, steps: number): Promise<void> {
    const chance = new Chance(seed)
    const switches = {
      repeatedTransactionId: chance.pick(['200', '201', '409'] as const),
      ifMatch: chance.pick(['412', '409', 'ignored'] as const),
    }
    const bridge = await WriteRig.start({ simulator: { switches } })
    const history = new WriteHistory(bridge, chance)
    try {
      for (let step = 0; step < steps; step += 1) await history.#step()
      await history.#quiet()
    } catch (error) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
      throw new Error(`seed ${seed}, ${JSON.stringify(switches)}: ${reason}\n${history.#steps.join('\n')}`, {
        cause: error,
      })
    } finally {
      await bridge.stop()
    }
  }

  async #step(): Promise<void> {
    const what = this.#chance.between(1, 20)
    if (what <= 4) await this.#create()
    else if (what <= 9) await this.#edit()
    else if (what <= 11) await this.#remove()
    else if (what <= 14) this.#outlook()
    else if (what <= 16) await this.#refresh(this.#chance.pick(this.#clients))
    else if (what <= 18) await this.#bridge.round()
    else await this.#quiet()
  }

  async #create(): Promise<void> {
    const title = this.#title()
    const name = `${title}.ics`
    const text = standup(title, ...(this.#chance.is(0.5) ? [later] : [])).replaceAll('standup@client', title)
    const single = text.replace(/RRULE.*\r\n|EXDATE.*\r\n/g, '')
    const sent = this.#chance.is(0.5) || text.includes('RECURRENCE-ID') ? text : single
    const outcome = await this.#write(`create ${title}`, (bridge) => bridge.put(name, sent, onlyNew))
    if (outcome !== 'done') throw new Error(`a new event is refused: ${outcome}`)
    this.#known.set(name, { title, place: '' })
  }

  async #edit(): Promise<void> {
    const cache = this.#chance.pick(this.#clients)
    const [name, copy] = this.#pickOf(cache)
    if (name === undefined || copy === undefined) return
    const isTitle = this.#chance.is(0.5)
    const value = this.#title()
    const line = isTitle ? `SUMMARY:${value}` : `LOCATION:${value}`
    const text = withLine(copy.text, line)
    const outcome = await this.#write(`edit ${name}: ${line}`, (bridge) => bridge.put(name, text, ifMatch(copy.etag)))
    const known = this.#known.get(name)
    if (outcome === 'done' && known)
      this.#known.set(name, isTitle ? { ...known, title: value } : { ...known, place: value })
    else if (outcome === 'done') throw new Error('an event that is gone was changed')
    cache.delete(name)
  }

  async #remove(): Promise<void> {
    const cache = this.#chance.pick(this.#clients)
    const [name, copy] = this.#pickOf(cache)
    if (name === undefined || copy === undefined) return
    const outcome = await this.#write(`remove ${name}`, (bridge) => bridge.remove(name, ifMatch(copy.etag)))
    if (outcome === 'done') this.#known.delete(name)
    cache.delete(name)
  }

  #outlook(): void {
    const [name, known] = this.#pickOf(this.#known)
    if (name === undefined || known === undefined) return
    const event = this.#bridge.events().find(({ subject }) => subject === known.title)
    if (event === undefined) throw new Error(`Outlook has no ${known.title}`)
    const [id, value, what] = [String(event['id']), this.#title(), this.#chance.between(1, 5)]
    this.#steps.push(`outlook ${what} ${name} ${value}`)
    if (what === 1) {
      this.#bridge.tenant.control.deleteEvent(id)
      this.#known.delete(name)
    } else if (what <= 3) {
      this.#bridge.tenant.control.updateEvent(id, { subject: value })
      this.#known.set(name, { ...known, title: value })
    } else {
      this.#bridge.tenant.control.updateEvent(id, { location: { displayName: value } })
      this.#known.set(name, { ...known, place: value })
    }
  }

  async #refresh(cache: Map<string, Copy>): Promise<void> {
    cache.clear()
    for (const { name, etag, text } of await this.#bridge.mirror.read(this.#bridge.names()))
      cache.set(name, { etag, text })
  }

  /** Writes as a client does: what failed for the moment is repeated until it is done or refused. */
  async #write(what: string, change: Change): Promise<string> {
    const chance = this.#chance
    const trouble = chance.between(1, 6)
    this.#steps.push(`${what} (trouble ${trouble})`)
    if (trouble === 1) {
      const point = chance.between(1, 8)
      if (!(await this.#bridge.isKilled(point, () => change(this.#bridge)))) return 'done'
      if (chance.is(0.5)) await this.#bridge.round()
    }
    if (trouble === 2 || trouble === 3) {
      const when = trouble === 2 ? 'before' : 'after'
      this.#bridge.tenant.faults.add({
        method: chance.pick(['POST', 'PATCH', 'DELETE', 'GET']),
        when,
        count: chance.between(1, 4),
        skip: chance.between(0, 2),
        effect: chance.is(0.5)
          ? { kind: 'drop' }
          : { kind: 'status', status: 503, code: 'ServiceUnavailable', message: '', body: 'json' },
      })
    }
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      try {
        await change(this.#bridge)
        this.#bridge.tenant.faults.clear()
        return 'done'
      } catch (error) {
        if (!(error instanceof GraphdavError)) throw error
        this.#steps.push(`  ${error.code}: ${error.message}`)
        this.#bridge.tenant.faults.clear()
        if (error.code === 'not-found' && what.startsWith('remove')) return 'done'
        if (error.code !== 'unavailable') return error.code
        if (chance.is(0.3)) await this.#bridge.round()
      }
    }
    throw new Error('the client repeats without an end')
  }

  async #quiet(): Promise<void> {
    this.#steps.push('quiet')
    const bridge = this.#bridge
    await bridge.round()
    const { syncToken } = bridge.mirror.state()
    const sent = await bridge.changes(() => bridge.round())
    if (sent.length > 0) throw new Error('a round writes')
    if (bridge.mirror.state().syncToken !== syncToken) throw new Error('a quiet round moves the change log')
    const tenant = bridge.events().map((event) => describe(String(event['subject']), placeOf(event)))
    const known = [...this.#known.values()].map(({ title, place }) => describe(title, place))
    const resources = await bridge.mirror.read(bridge.names())
    const served = resources.map(({ text }) => describe(valueOf(text, 'SUMMARY'), valueOf(text, 'LOCATION')))
    same('acknowledged', known, 'Outlook', tenant)
    same('served', served, 'Outlook', tenant)
    same('names', bridge.names(), 'known names', [...this.#known.keys()])
    if (new Set(resources.map(({ uid }) => uid)).size !== resources.length) throw new Error('a UID twice')
  }

  #pickOf<T>(map: ReadonlyMap<string, T>): readonly [string, T] | readonly [undefined, undefined] {
    return map.size === 0 ? [undefined, undefined] : this.#chance.pick([...map])
  }

  #title(): string {
    this.#count += 1
    return `T${this.#count}`
  }
}

// In the first VEVENT: the master's.
function withLine(text: string, line: string): string {
  const name = line.slice(0, line.indexOf(':'))
  const pattern = new RegExp(`^${name}:.*\r\n`, 'm')
  const [head, ...rest] = text.split('END:VEVENT')
  const first = pattern.test(head ?? '') ? (head ?? '').replace(pattern, `${line}\r\n`) : `${head ?? ''}${line}\r\n`
  return [first, ...rest].join('END:VEVENT')
}

function valueOf(text: string, name: string): string {
  const [head = ''] = text.split('END:VEVENT')
  return new RegExp(`^${name}:(.*)\r$`, 'm').exec(head)?.[1] ?? ''
}

function placeOf(event: Readonly<Record<string, unknown>>): string {
  const { location } = event
  return typeof location === 'object' && location !== null && 'displayName' in location
    ? String(location.displayName)
    : ''
}

function describe(title: string, place: string): string {
  return `${title} @${place}`
}

function same(one: string, left: readonly string[], other: string, right: readonly string[]): void {
  const [a, b] = [[...left].sort(), [...right].sort()].map((list) => list.join('; '))
  if (a !== b) throw new Error(`${one}: ${a}\n${other}: ${b}`)
}
