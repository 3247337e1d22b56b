// The whole program in this process: a simulated tenant, and the bridge on it in a temporary folder, over real HTTP.
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../../src/base/log.ts'
import { systemClock, type Clock } from '../../src/base/clock.ts'
import type { Bridge } from '../../src/bridge/bridge.ts'
import { openBridge } from '../../src/bridge/compose.ts'
import { calendarserver, dav } from '../../src/caldav/names.ts'
import { parseXml } from '../../src/caldav/xml.ts'
import { loadConfiguration } from '../../src/config/load.ts'
import { startSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/simulator.ts'
import { body, propertyText, responseOf, responsesOf } from './dav-xml.ts'

/** A started world; `stop` ends and removes all of it. */
export interface World {
  readonly folder: string
  readonly simulator: Simulator
  /** Opens the bridge on the folder and serves; the caller closes it, or `stop` does. */
  readonly open: () => Promise<Served>
  readonly stop: () => Promise<void>
}

export interface Served {
  readonly bridge: Bridge
  readonly url: string
}

export const feedToken = 'abcdefghijklmnopqrstuvwx'
export const password = 'a plain one'

/** The interval is long: rounds happen when a test asks for them. */
function configurationText({ url, token }: Simulator): string {
  return `
server: { listen: '127.0.0.1:0' }
store: { path: ./data }
accounts:
  tenant: { graphUrl: '${url}', auth: { kind: access-token, token: '${token}' } }
calendars:
  work:
    account: tenant
    source: default
    feed: { token: ${feedToken}, detail: full, private: show, reminders: true, attendees: true }
  personal: { account: tenant, source: { name: Personal } }
users:
  alice: { password: ${password}, calendars: all }
sync: { interval: 24h, maxStaleness: 24h }
`
}

/** Starts a tenant and writes a configuration for it, changed by `configure`; nothing is open yet. */
export async function startWorld(
  options: SimulatorOptions = {},
  configure: (text: string) => string = (text) => text,
  clock: Clock = systemClock,
): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'graphdav-world-'))
  const simulator = await startSimulator(options)
  const file = join(folder, 'graphdav.yaml')
  await writeFile(file, configure(configurationText(simulator)))
  const opened: Bridge[] = []
  return {
    folder,
    simulator,
    open: async () => {
      const bridge = await openBridge(loadConfiguration(file, { env: {} }), {
        clock,
        log: silentLog,
        version: '0',
      })
      opened.push(bridge)
      return { bridge, url: await bridge.serve() }
    },
    stop: async () => {
      await Promise.all(opened.map((bridge) => bridge.close()))
      await simulator.stop()
      // A request that was on its way may still write what it has brought.
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Alice's. */
export const authorization = `Basic ${Buffer.from(`alice:${password}`).toString('base64')}`

/** A request as alice. */
export function ask(url: string, method = 'GET', more: { readonly body?: string; readonly depth?: string } = {}) {
  const headers = {
    authorization,
    'content-type': 'application/xml; charset=utf-8',
    ...(more.depth === undefined ? {} : { depth: more.depth }),
  }
  return fetch(url, { method, headers, ...(more.body === undefined ? {} : { body: more.body }) })
}

/** All that a client remembers of a collection: its tokens, and href → ETag. */
export interface Seen {
  readonly ctag: string
  readonly syncToken: string
  readonly etags: Readonly<Record<string, string>>
}

export async function look(url: string, slug: string): Promise<Seen> {
  const path = `/dav/calendars/alice/${slug}/`
  const wanted = body('D:propfind', '<D:prop><D:getetag/><D:sync-token/><CS:getctag/></D:prop>')
  const answer = await ask(`${url}${path}`, 'PROPFIND', { depth: '1', body: wanted })
  const multistatus = parseXml(await answer.text())
  const collection = responseOf(multistatus, path)
  const resources = responsesOf(multistatus).filter(({ href }) => href.endsWith('.ics'))
  return {
    ctag: propertyText(collection, calendarserver('getctag')),
    syncToken: propertyText(collection, dav('sync-token')),
    etags: Object.fromEntries(resources.map((one) => [one.href, propertyText(one, dav('getetag'))])),
  }
}

/** The feed of `work`. */
export async function feed(url: string) {
  const answer = await fetch(`${url}/feeds/${feedToken}/work.ics`)
  return { status: answer.status, etag: answer.headers.get('etag'), text: await answer.text() }
}

/** Path below a folder → time of its last change in nanoseconds and its size. */
export async function filesOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const facts = await Promise.all(
    files.map(async (file) => {
      const { mtimeNs, ino, size } = await stat(file, { bigint: true })
      return [file.slice(folder.length + 1), `${mtimeNs} ${ino} ${size}`] as const
    }),
  )
  return new Map(facts)
}
