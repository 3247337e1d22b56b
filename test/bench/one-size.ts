// One mirror of one size: filled from a simulated tenant by the built program, started again, asked, changed.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { ChildProcess } from 'node:child_process'
import { callControl } from '../../src/bridge/control.ts'
import { Client, prepare, type Answer, type Prepared } from './client.ts'
import { askOnce, compare, firstAnswer, longestWaitDuring, median, type Effort, type Figure } from './measure.ts'
import { freePort, memoryOf, startBeside, startServe, stop, tell } from './programs.ts'
import * as requests from './requests.ts'
import type { Row } from './rows.ts'
import type { TenantAddress } from './tenant.ts'

/** Told what is being done. */
export type Say = (text: string) => void

/** Figures by row. */
export type Figures = ReadonlyMap<Row, Figure>

/** An answer for the bare server to hold; the body in base64. */
interface Recorded {
  readonly path: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

interface World {
  readonly folder: string
  readonly port: number
  readonly tenant: ChildProcess
  readonly effort: Effort
  readonly say: Say
  readonly figures: Map<Row, Figure>
}

const firstSyncLimitMs = 10 * 60_000

/** Measures everything with so many events. */
export function measureSize(events: number, effort: Effort, say: Say): Promise<Figures> {
  return inWorld(events, { effort, say }, async (world) => {
    await measureFirstSync(world)
    await measureStart(world)
    await measureServing(world)
  })
}

/** Measures only what it takes to be there: first sync, start, idle memory. */
export function measureIdle(events: number, effort: Effort, say: Say): Promise<Figures> {
  return inWorld(events, { effort, say }, async (world) => {
    await measureFirstSync(world)
    await measureStart(world)
    await serving(world, (serve, began) => measureMemory(world, serve, began))
  })
}

async function inWorld(
  events: number,
  { effort, say }: Pick<World, 'effort' | 'say'>,
  work: (world: World) => Promise<void>,
): Promise<Figures> {
  say('the tenant')
  const { child: tenant, said } = await startBeside('tenant.ts', String(events))
  const folder = await mkdtemp(join(tmpdir(), 'graphdav-bench-'))
  const world: World = { folder, port: await freePort(), tenant, effort, say, figures: new Map() }
  try {
    await writeFile(join(folder, 'graphdav.yaml'), configurationText(world.port, said as TenantAddress))
    await work(world)
  } finally {
    await stop(tenant)
    await rm(folder, { recursive: true, force: true })
  }
  return world.figures
}

function configurationText(port: number, { url, token }: TenantAddress): string {
  return `
server: { listen: '127.0.0.1:${port}' }
store: { path: ./data }
accounts:
  tenant: { graphUrl: '${url}', auth: { kind: access-token, token: '${token}' } }
calendars:
  work: { account: tenant, source: default, feed: { token: ${requests.feedToken}, detail: full, reminders: true } }
users:
  alice: { password: ${requests.password}, calendars: all }
sync: { interval: 24h, maxStaleness: 24h }
`
}

/** Runs `work` beside a program that is started before and stopped after it. */
async function serving<T>(world: World, work: (serve: ChildProcess, began: number) => Promise<T>): Promise<T> {
  const began = performance.now()
  const serve = startServe(world.folder)
  try {
    return await work(serve, began)
  } finally {
    await stop(serve)
  }
}

async function measureFirstSync(world: World): Promise<void> {
  const { port, say, figures } = world
  say('first sync')
  await serving(world, async (_, began) => {
    const alive = prepare({ method: 'GET', path: '/healthz' })
    await firstAnswer(port, alive, { began, status: 200, everyMs: 20, limitMs: 60_000 })
    const ready = prepare({ method: 'GET', path: '/readyz' })
    let tookMs = 0
    const longest = await longestWaitDuring(port, async () => {
      tookMs = await firstAnswer(port, ready, { began, status: 200, everyMs: 50, limitMs: firstSyncLimitMs })
    })
    figures.set('firstSync', { value: tookMs, unit: 'ms' })
    figures.set('firstSyncWait', { value: longest, unit: 'ms' })
  })
}

async function measureStart(world: World): Promise<void> {
  const { port, effort, say, figures } = world
  const [ours, bare]: [number[], number[]] = [[], []]
  for (let turn = 1; turn <= effort.repeats; turn += 1) {
    say(`cold start ${turn}/${effort.repeats}`)
    const limits = { everyMs: 2, limitMs: 60_000 }
    ours.push(await serving(world, (_, began) => firstAnswer(port, requests.ctag, { ...limits, began, status: 207 })))
    const began = performance.now()
    const { child } = await startBeside('bare-server.mjs')
    bare.push(performance.now() - began)
    await stop(child)
  }
  figures.set('start', { value: median(ours), unit: 'ms', bare: median(bare) })
}

async function measureMemory({ port, effort, say, figures }: World, serve: ChildProcess, began: number): Promise<void> {
  await firstAnswer(port, requests.ctag, { began, status: 207, everyMs: 20, limitMs: 60_000 })
  say('idle memory')
  await wait(effort.settleMs)
  figures.set('idle', { value: memoryOf(serve).now, unit: 'MB' })
}

async function measureServing(world: World): Promise<void> {
  const { figures } = world
  await serving(world, async (serve, began) => {
    await measureMemory(world, serve, began)
    await measureWaits(world)
    await measureAnswers(world)
    const { now, most } = memoryOf(serve)
    figures.set('loaded', { value: now, unit: 'MB' })
    figures.set('most', { value: most, unit: 'MB' })
  })
}

/** What another client feels of the large answers; the feed is put together for the first time. */
async function measureWaits({ port, say, figures }: World): Promise<void> {
  say('waits of another client')
  const during = async (row: Row, request: Prepared): Promise<void> => {
    figures.set(row, { value: await longestWaitDuring(port, () => askOnce(port, request)), unit: 'ms' })
  }
  await during('feedWait', requests.getFeed('gzip'))
  await during('etagsWait', requests.etags)
  await during('syncWait', requests.syncCollection(''))
}

async function measureAnswers(world: World): Promise<void> {
  const { port, figures, effort, say } = world
  const { child, said } = await startBeside('bare-server.mjs')
  const [ours, bare] = [await Client.connect(port), await Client.connect((said as { readonly port: number }).port)]
  const beside = async (row: Row, request: Prepared, status: number): Promise<void> => {
    say(row)
    await rehearse(child, request, await ours.ask(request), status)
    figures.set(row, await compare(request, { ours, bare }, effort))
  }
  try {
    const everything = await ours.ask(requests.syncCollection(''))
    const hrefs = requests.hrefsOf(everything)
    const first = await ours.ask(requests.getFeed('gzip'))
    await beside('feed', requests.getFeed('gzip'), 200)
    await beside('feedPlain', requests.getFeed('identity'), 200)
    await beside('feed304', requests.getFeed('gzip', first.headers.get('etag')), 304)
    await beside('etags', requests.etags, 207)
    await beside('multiget', requests.multiget(spread(hrefs, 100)), 207)
    await beside('query', requests.month(Date.now()), 207)
    await beside('syncFirst', requests.syncCollection(''), 207)
    const before = requests.tokenOf(everything)
    await change(world, 10)
    await beside('sync10', requests.syncCollection(before), 207)
    await measureRounds(world, ours, beside)
  } finally {
    for (const client of [ours, bare]) client.close()
    await stop(child)
  }
}

async function measureRounds(
  world: World,
  ours: Client,
  beside: (row: Row, request: Prepared, status: number) => Promise<void>,
): Promise<void> {
  const { effort, figures, say } = world
  const [rounds, feeds]: [number[], number[]] = [[], []]
  let before = ''
  for (let turn = 1; turn <= effort.repeats; turn += 1) {
    say(`round ${turn}/${effort.repeats}`)
    before = requests.tokenOf(await ours.ask(requests.syncCollection(before)))
    rounds.push(await change(world, 1))
    const began = performance.now()
    await ours.ask(requests.getFeed('gzip'))
    feeds.push(performance.now() - began)
  }
  figures.set('round1', { value: median(rounds), unit: 'ms' })
  figures.set('feedMade', { value: median(feeds), unit: 'ms' })
  await beside('sync1', requests.syncCollection(before), 207)
}

/** Changes events in the tenant, and runs a round; milliseconds of the round. */
async function change({ tenant, folder }: World, count: number): Promise<number> {
  await tell(tenant, { change: count })
  const began = performance.now()
  const args = { calendars: ['work'], full: false, accept: false }
  const { kind } = await callControl(join(folder, 'data'), { command: 'sync', args })
  if (kind === 'nobody') throw new Error('the program does not listen on its control socket')
  return performance.now() - began
}

/** Gives the bare server our answer to hold. */
async function rehearse(bare: ChildProcess, request: Prepared, answer: Answer, status: number): Promise<void> {
  if (answer.status !== status) throw new Error(`${answer.status} in place of ${status}: ${answer.body.toString()}`)
  // Those that a Node server sets by itself.
  const own = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding'])
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => !own.has(name)))
  const path = request.toString('latin1', 0, request.indexOf('\r\n')).split(' ')[1] ?? ''
  await tell(bare, { path, status, headers, body: answer.body.toString('base64') } satisfies Recorded)
}

function spread(list: readonly string[], count: number): readonly string[] {
  const step = Math.max(1, Math.floor(list.length / count))
  return list.filter((_, index) => index % step === 0).slice(0, count)
}
