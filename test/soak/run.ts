// One soak: starts the world, lets it run, stops the noise, and compares what everybody has in the end.
import { setMaxListeners } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts'
import { freePort } from '../bench/programs.ts'
import { Chance } from '../sync/editor.ts'
import { expandIcs } from '../oracle/expand.ts'
import { feedReader, SyncClient, wanderer, Writer, type Ground } from './client.ts'
import { every } from './every.ts'
import { Memory } from './memory.ts'
import { serve, type Served } from './served.ts'
import { keepBusy } from './tenant.ts'

export interface SoakOptions {
  readonly minutes: number
  readonly seed: number
  readonly say: (line: string) => void
}

const feeds = ['full', 'titles', 'busy'] as const

/** Runs it; `wrong` is empty when all was well. */
export async function runSoak(options: SoakOptions): Promise<{ readonly wrong: readonly string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'graphdav-soak-'))
  const tenant = await startSimulator({ seed: options.seed, events: 300 })
  await writeFile(join(folder, 'graphdav.yaml'), configuration(tenant, await freePort()))
  const served = await serve(folder)
  let hasStopped = false
  try {
    const wrong = await soak(options, tenant, served)
    hasStopped = true
    return { wrong: [...wrong, ...(await served.stop())] }
  } finally {
    if (!hasStopped) await served.stop()
    await tenant.stop()
    await rm(folder, { recursive: true })
  }
}

async function soak(
  { minutes, seed, say }: SoakOptions,
  tenant: Simulator,
  served: Served,
): Promise<readonly string[]> {
  const wrong = new Map<string, number>()
  const answers = new Map<string, number>()
  const chance = new Chance(seed)
  const ground: Ground = {
    url: served.url,
    collection: '/dav/calendars/alice/work/',
    authorization: `Basic ${Buffer.from('alice:a-plain-one').toString('base64')}`,
    chance,
    wrong: (sentence) => void wrong.set(sentence, (wrong.get(sentence) ?? 0) + 1),
    mayBeAway: () => served.mayBeAway(),
    answered: (method, status) => {
      const key = `${method} ${status}`
      answers.set(key, (answers.get(key) ?? 0) + 1)
    },
  }
  const syncClients = [1, 2, 3, 4].map(() => new SyncClient(ground))
  const writers = ['ann', 'ben'].map((name) => new Writer(ground, name))
  const memory = new Memory(served.pid)
  await untilReady(served.url)
  const { signal, end } = ending(minutes)
  // Everybody waits on it.
  setMaxListeners(0, signal)
  const polling = [
    ...feeds.map((name) => every(400, feedReader(ground, `/feeds/${tokenOf(name)}/${name}.ics`), signal)),
    ...syncClients.map((client) => every(700, () => client.round(), signal)),
    ...writers.map((writer) => every(500, () => writer.step(), signal)),
    every(300, wanderer(ground), signal),
    every(5_000, () => memory.sample(), signal),
    every(60_000, () => say(`${memory.last()}; ${countsOf(answers)}; ${served.counts()}`), signal),
    every(((minutes * 60_000) / 3) | 0, () => served.hangUp(), signal),
  ]
  try {
    const [busy] = await Promise.all([keepBusy(tenant, { chance, signal }), ...polling])
    say(`${busy.edits} edits in Outlook, ${busy.faults} orders for faults; ${countsOf(answers)}; ${served.counts()}`)
  } finally {
    end()
  }
  const found = [...wrong].map(([sentence, times]) => `${sentence} (${times} times)`)
  return [
    ...found,
    ...(await differences(ground, tenant, syncClients).catch((error: unknown) => [
      `the comparison failed: ${String(error)}`,
    ])),
    ...memory.judge(say),
    ...served.errors(),
  ]
}

async function untilReady(url: string): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if ((await fetch(`${url}/readyz`)).ok) return
    await systemClock.sleep(1_000)
  }
  throw new Error('the first round did not end within five minutes')
}

function ending(minutes: number): { readonly signal: AbortSignal; readonly end: () => void } {
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(), minutes * 60_000)
  const end = (): void => {
    clearTimeout(timer)
    over.abort()
  }
  return { signal: over.signal, end }
}

// Everything is quiet now: after some rounds all have the same. What stays different is wrong.
async function differences(
  ground: Ground,
  tenant: Simulator,
  clients: readonly SyncClient[],
): Promise<readonly string[]> {
  const from = new Date(Date.now() - 60 * 86_400_000).toISOString()
  const to = new Date(Date.now() + 120 * 86_400_000).toISOString()
  for (let tries = 0; ; tries += 1) {
    await systemClock.sleep(2_000)
    for (const client of clients) await client.round()
    const server = await clients[0]?.look()
    const different = clients.filter(({ known }) => !isSame(known, server)).length
    const answer = await fetch(`${ground.url}/feeds/${tokenOf('full')}/full.ics`)
    const text = await answer.text()
    const [shown, meant] = [answer.ok ? shownBy(text, from, to) : [], shownIn(tenant, from, to)]
    const missing = meant.filter((row) => !shown.includes(row))
    const extra = shown.filter((row) => !meant.includes(row))
    const found = [
      ...(different > 0 ? [`${different} clients have other resources or ETags than the server`] : []),
      ...missing.map((row) => `the feed lacks ${row}`),
      ...extra.map((row) => `the feed has ${row}, Outlook does not`),
    ]
    if (found.length === 0) return []
    if (tries > 30) return [...found, `/readyz says ${await (await fetch(`${ground.url}/readyz`)).text()}`]
  }
}

function isSame(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string> | undefined): boolean {
  return one.size === other?.size && [...one].every(([href, etag]) => other.get(href) === etag)
}

const stamp = (instant: number): string => new Date(instant).toISOString().slice(0, 16)

function shownBy(text: string, from: string, to: string): readonly string[] {
  return expandIcs(text, Date.parse(from), Date.parse(to)).map(
    ({ start, end, summary }) => `${stamp(start)} ${stamp(end)} ${summary}`,
  )
}

// Feeds leave cancelled events out.
function shownIn(tenant: Simulator, from: string, to: string): readonly string[] {
  const textOf = (value: unknown): string =>
    typeof value === 'object' && value !== null && 'dateTime' in value ? String(value.dateTime).slice(0, 16) : ''
  return tenant.control
    .truth({}, { from, to })
    .instances.filter(({ isCancelled }) => isCancelled !== true)
    .map(({ start, end, subject }) => `${textOf(start)} ${textOf(end)} ${typeof subject === 'string' ? subject : ''}`)
}

function countsOf(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .map(([name, count]) => `${name} ${count}`)
    .sort()
    .join(', ')
}

function tokenOf(name: string): string {
  return `soak-feed-token-${name}-0123456789`
}

function configuration({ url, token }: Simulator, port: number): string {
  const feed = (name: string): string =>
    `  ${name}: { token: ${tokenOf(name)}, calendars: [work], detail: ${name}, private: ${name === 'full' ? 'show' : 'busy'} }`
  return `
server: { listen: '127.0.0.1:${port}' }
store: { path: ./data }
accounts:
  tenant: { graphUrl: '${url}', auth: { kind: access-token, token: '${token}' } }
calendars:
  work: { account: tenant, source: default, access: read-write }
feeds:
${feeds.map(feed).join('\n')}
users:
  alice: { password: a-plain-one, calendars: all }
sync: { interval: 1s, maxStaleness: 1s }
log: { level: info, format: json }
`
}
