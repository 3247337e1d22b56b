// A random history of one calendar: edits of every kind, rounds, faults, switches that change, clock jumps, windows that roll,
// processes that end anywhere. After each round nothing may be missing that is still there; at the end all is as in the tenant.
import assert from 'node:assert/strict'
import { GraphError } from '../../src/base/errors.ts'
import { statusFault, type Effect } from '../../src/simulator/faults.ts'
import { parseSwitches, switchNames, switchTable, valuesOf, type Switches } from '../../src/simulator/switches.ts'
import { FileStore } from '../../src/store/file.ts'
import { Chance, Editor } from './editor.ts'
import { Fuse, MemoryDisk } from './memory-files.ts'
import { dayMs, JumpingClock, noon, Rig } from './rig.ts'

const effects: readonly Effect[] = [
  statusFault(429, { retryAfter: '3' }),
  statusFault(429, { retryAfter: '0.5' }),
  statusFault(429),
  statusFault(503, { retryAfter: '20' }),
  statusFault(503),
  statusFault(500),
  statusFault(504),
  statusFault(502, { body: 'html' }),
  statusFault(401),
  statusFault(403),
  statusFault(400),
  { kind: 'gone' },
  { kind: 'drop' },
  { kind: 'cut' },
  { kind: 'truncated' },
]
const targets = ['.', 'delta', 'skiptoken', 'deltatoken', 'startDateTime', '/events/AA', 'instances', 'calendar/events']

/** What a history has met; summed up for the closing line. */
export interface HistoryFigures {
  rounds: number
  failedRounds: number
  crashes: number
  edits: number
  faults: number
  fullRounds: number
}

export interface HistoryOptions {
  readonly seed: number
  readonly steps: number
}

export async function runHistory({ seed, steps }: HistoryOptions): Promise<HistoryFigures> {
  const history = await History.begin(seed)
  try {
    for (let step = 0; step < steps; step += 1) await history.step()
    await history.end()
    return history.figures
  } catch (error) {
    throw new Error(`history ${seed} failed after:\n${history.told.join('\n')}`, { cause: error })
  } finally {
    await history.stop()
  }
}

class History {
  readonly figures: HistoryFigures = { rounds: 0, failedRounds: 0, crashes: 0, edits: 0, faults: 0, fullRounds: 0 }
  readonly told: string[] = []
  readonly #chance: Chance
  readonly #disk: MemoryDisk
  readonly #fuse: Fuse
  readonly #rig: Rig
  readonly #editor: Editor
  #wasSilent = false
  /** What a client knows: name → etag, and the sync token that it keeps. */
  #client: { token: string; epoch: string; resources: Map<string, string> } = {
    token: '',
    epoch: '',
    resources: new Map(),
  }

  private constructor(chance: Chance, disk: MemoryDisk, fuse: Fuse, rig: Rig) {
    this.#chance = chance
    this.#disk = disk
    this.#fuse = fuse
    this.#rig = rig
    this.#editor = new Editor(rig.tenant, chance)
  }

  static async begin(seed: number): Promise<History> {
    const chance = new Chance(seed)
    const [fuse, disk, clock] = [new Fuse(), new MemoryDisk(chance), new JumpingClock(noon)]
    const switches = drawSwitches(chance)
    const store = await FileStore.open({ folder: '/data', clock, files: disk.files(fuse) })
    const rig = await Rig.start({
      store,
      clock,
      track: chance.pick(['window', 'window', 'all']),
      window: { kind: 'rolling', pastMs: chance.between(30, 200) * dayMs, futureMs: chance.between(100, 400) * dayMs },
      pageSize: chance.pick([1, 3, 50]),
      atRequest: () => {
        fuse.pass()
      },
      simulator: { seed, events: chance.between(0, 12), switches },
    })
    const history = new History(chance, disk, fuse, rig)
    history.told.push(`switches ${JSON.stringify(switches)}`)
    history.#noteSilent()
    return history
  }

  async step(): Promise<void> {
    const step = this.#chance.pick<() => void | Promise<void>>([
      () => this.#edit(),
      () => this.#edit(),
      () => this.#edit(),
      () => this.#round(),
      () => this.#round(),
      () => this.#round(),
      () => this.#fault(),
      () => this.#fault(),
      () => this.#switch(),
      () => this.#jump(),
      () => this.#crash(),
      () => this.#crash(),
    ])
    await step()
  }

  /** The faults end; then a few rounds, the last one quiet, must bring everything in step. */
  async end(): Promise<void> {
    const { tenant, clock } = this.#rig
    tenant.faults.clear()
    tenant.setSwitches({ endless: false, replay: false })
    clock.advance(1_000_000)
    this.told.push('end')
    for (let round = 0; round < 4; round += 1) {
      await this.#rig.round(this.#wasSilent ? { auditEveryMs: 0, accept: true } : { accept: true })
      this.#see()
    }
    const before = this.#rig.mirror.state().syncToken
    await this.#rig.round(this.#wasSilent ? { auditEveryMs: 0 } : {})
    assert.equal(this.#rig.mirror.state().syncToken, before)
    assert.deepEqual(await this.#rig.shown(), this.#rig.expected())
    assert.ok(Math.max(0, ...Object.values(tenant.meter.all())) <= 4)
    assert.deepEqual(tenant.violations, [])
  }

  async stop(): Promise<void> {
    await this.#rig.stop()
  }

  #edit(): void {
    const count = this.#chance.between(1, 5)
    const done = Array.from({ length: count }, () => this.#editor.edit())
    this.figures.edits += count
    this.told.push(`edits: ${done.join(', ')}`)
  }

  #fault(): void {
    const order = {
      path: this.#chance.pick(targets),
      skip: this.#chance.between(0, 4),
      count: this.#chance.pick([1, 1, 3, 8]),
      effect: this.#chance.pick(effects),
    }
    this.#rig.tenant.faults.add(order)
    this.figures.faults += 1
    this.told.push(`fault ${JSON.stringify(order)}`)
  }

  #switch(): void {
    const name = this.#chance.pick(switchNames.filter((one) => switchTable[one].kind === 'observed'))
    const change = { [name]: this.#chance.pick(valuesOf(name)) }
    this.#rig.tenant.setSwitches(change)
    this.#noteSilent()
    this.told.push(`switch ${JSON.stringify(change)}`)
  }

  #jump(): void {
    const ms = this.#chance.pick([60_000, 3_600_000, dayMs, 8 * dayMs, 40 * dayMs, 120 * dayMs, -dayMs])
    this.#rig.clock.advance(ms)
    this.told.push(`clock ${ms / dayMs} days`)
  }

  async #round(): Promise<void> {
    this.#rig.clock.advance(60_000)
    const before = new Set(this.#rig.mirror.keys().keys())
    this.figures.rounds += 1
    try {
      const { kind, changed, removed } = await this.#rig.round()
      this.figures.fullRounds += kind === 'full' ? 1 : 0
      this.told.push(`round ${kind}: ${changed} changed, ${removed} removed`)
    } catch (error) {
      if (this.#fuse.isBurnt || !(error instanceof GraphError)) throw error
      this.figures.failedRounds += 1
      this.told.push(`round failed: ${error.message}`)
    }
    this.#checkNothingLost(before)
    this.#see()
  }

  // The process ends somewhere in the rounds that follow, and starts again on what the disk has kept.
  async #crash(): Promise<void> {
    this.#fuse.light(this.#chance.between(1, 120))
    try {
      for (let round = 0; round < 3; round += 1) {
        this.#edit()
        await this.#round()
      }
    } catch (error) {
      if (!this.#fuse.isBurnt) throw error
    }
    if (!this.#fuse.isBurnt) {
      this.#fuse.replace()
      return
    }
    this.figures.crashes += 1
    this.told.push('crash')
    const before = this.#client
    if (this.#chance.is(0.7)) this.#disk.lose()
    const fuse = this.#fuse
    fuse.replace()
    const store = await FileStore.open({ folder: '/data', clock: this.#rig.clock, files: this.#disk.files(fuse) })
    await this.#rig.reopen(store)
    // What a client was told stays true: its token is as good as before.
    if (before.token !== '') assert.equal(this.#rig.mirror.changesSince(before.token).kind, 'changes')
    this.#see()
  }

  /** A client asks for what has changed since its token, and knows everything then. */
  #see(): void {
    const { mirror } = this.#rig
    const { epoch } = mirror.state()
    if (this.#client.epoch !== '' && this.#client.token !== '') assert.equal(epoch, this.#client.epoch)
    const changes = mirror.changesSince(this.#client.token)
    if (changes.kind !== 'changes') throw new Error('a token that a client keeps is not known any more')
    const resources = new Map(this.#client.resources)
    for (const { name, etag } of changes.changed) resources.set(name, etag)
    for (const name of changes.removed) resources.delete(name)
    const all = new Map(mirror.list().map(({ name, etag }) => [name, etag]))
    assert.deepEqual(sorted(resources), sorted(all))
    this.#client = { token: changes.syncToken, epoch, resources }
  }

  // Whatever has left the mirror is not in the calendar any more, or not in the window.
  #checkNothingLost(before: ReadonlySet<string>): void {
    const after = this.#rig.mirror.keys()
    const lost = [...before].filter((key) => !after.has(key))
    if (lost.length === 0) return
    const { instances } = this.#rig.tenant.control.truth({}, windowOf(this.#rig))
    const there = new Set(instances.flatMap(({ immutableId, seriesMasterId }) => [immutableId, seriesMasterId]))
    const masters = new Map(this.#rig.tenant.control.truth({}).events.map(({ id, immutableId }) => [immutableId, id]))
    assert.deepEqual(
      lost.filter((key) => there.has(key) || there.has(masters.get(key))),
      [],
    )
  }

  #noteSilent(): void {
    this.#wasSilent ||= this.#rig.tenant.switches().deletedOccurrence === 'silent'
    this.#wasSilent ||= !this.#rig.tenant.switches().outOfWindowRemoved
  }
}

function windowOf(rig: Rig): { readonly from: string; readonly to: string } {
  const { start, end } = rig.inner()
  return { from: start, to: end }
}

function sorted(resources: ReadonlyMap<string, string>): readonly string[] {
  return [...resources].map(([name, etag]) => `${name} ${etag}`).sort()
}

function drawSwitches(chance: Chance): Partial<Switches> {
  const drawn = switchNames.filter(
    (name) => switchTable[name].kind !== 'setting' && name !== 'endless' && chance.is(0.3),
  )
  const national = chance.is(0.3) ? { cloud: 'national' } : {}
  const { changes } = parseSwitches({
    ...Object.fromEntries(drawn.map((name) => [name, chance.pick(valuesOf(name))])),
    ...national,
  })
  return changes
}
