// SIGKILL at random moments while a client writes over HTTP (FULL=1: 20 times): the client repeats what was not answered, and
// then Outlook, the server and the client agree; nothing is there twice, and no write is left open.
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { authorization, look, startWorld, type World } from '../http/program.ts'
import { Chance } from '../sync/editor.ts'
import { ics } from '../sync/write-rig.ts'

const seed = Number(process.env['SEED'] ?? 1)
const kills = process.env['FULL'] === '1' ? 20 : 2
const chance = new Chance(seed)
const path = '/dav/calendars/alice/work'

let world: World
let child: ChildProcess | undefined
let url = ''
/** `answered`: requests that were answered for good. */
const state = { isOver: false, killed: 0, answered: 0 }

beforeAll(async () => {
  const writable = (text: string): string => text.replace('source: default', 'source: default\n    access: read-write')
  world = await startWorld({ events: 0, seed, switches: { latencyMs: 5 } }, writable)
  await start()
})

afterAll(async () => {
  state.isOver = true
  child?.kill('SIGKILL')
  await world.stop()
})

async function start(): Promise<void> {
  const script = join(import.meta.dirname, 'write-child.ts')
  const running = spawn(process.execPath, ['--import', 'tsx', script, join(world.folder, 'graphdav.yaml')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child = running
  url = await new Promise<string>((resolve) => {
    running.stdout?.once('data', (data: Buffer) => {
      resolve(data.toString().trim())
    })
  })
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Kills the server again and again, each time a little after it has answered something. */
async function killer(): Promise<void> {
  for (; state.killed < kills; state.killed += 1) {
    const enough = state.answered + chance.between(1, 6)
    while (state.answered < enough) await pause(5)
    await pause(chance.between(0, 150))
    const running = child
    const ended = new Promise((resolve) => running?.once('exit', resolve))
    running?.kill('SIGKILL')
    await ended
    await start()
  }
  state.isOver = true
}

const day = (days: number): string =>
  new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')

// A series with a cancelled and a changed date: several requests to write it.
function text(uid: string, title: string): string {
  const at = (date: string, hour: string): string => `${date}T${hour}0000Z`
  const own = ['RRULE:FREQ=WEEKLY;COUNT=6', `EXDATE:${at(day(8), '09')}`]
  return ics(
    [`UID:${uid}`, `SUMMARY:${title}`, `DTSTART:${at(day(1), '09')}`, `DTEND:${at(day(1), '10')}`, ...own],
    [
      `UID:${uid}`,
      `RECURRENCE-ID:${at(day(15), '09')}`,
      `SUMMARY:${title} late`,
      `DTSTART:${at(day(15), '11')}`,
      `DTEND:${at(day(15), '12')}`,
    ],
  )
}

/** Sends until it is answered for good; gives the status. */
async function send(method: string, name: string, more: { body?: string; headers?: Record<string, string> }) {
  for (let attempt = 0; attempt < 1_200; attempt += 1) {
    const headers = { authorization, 'content-type': 'text/calendar; charset=utf-8', ...more.headers }
    const init = { method, headers, ...(more.body === undefined ? {} : { body: more.body }) }
    const answer = await fetch(`${url}${path}/${name}`, init).catch(() => undefined)
    if (answer !== undefined && answer.status < 500) {
      state.answered += 1
      return answer
    }
    await pause(50)
  }
  throw new Error(`${method} ${name} is never answered`)
}

async function etagOf(name: string): Promise<string> {
  const answer = await send('GET', name, {})
  assert.equal(answer.status, 200)
  return answer.headers.get('etag') ?? ''
}

it(`${kills} kills while a client writes leave what the client meant`, { timeout: 600_000 }, async () => {
  const wanted = new Map<string, string>()
  const killing = killer()
  let count = 0
  for (; !state.isOver; count += 1) {
    const [known] = wanted.size > 3 ? [chance.pick([...wanted.keys()])] : []
    if (known === undefined) {
      const name = `event-${count}.ics`
      const body = text(`event-${count}@client`, `Title ${count}`)
      const { status } = await send('PUT', name, { body, headers: { 'if-none-match': '*' } })
      assert.ok([201, 204].includes(status), `${name} ${status}`)
      wanted.set(name, `Title ${count}`)
    } else if (chance.is(0.7)) {
      const body = text(known.replace('.ics', '@client'), `Title ${count}`)
      const { status } = await send('PUT', known, { body, headers: { 'if-match': await etagOf(known) } })
      assert.equal(status, 204, known)
      wanted.set(known, `Title ${count}`)
    } else {
      const { status } = await send('DELETE', known, { headers: { 'if-match': await etagOf(known) } })
      assert.ok([204, 404].includes(status), `${known} ${status}`)
      wanted.delete(known)
    }
  }
  await killing
  console.log(`${state.killed} kills, ${count} writes, seed ${seed}`)

  const { etags } = await look(url, 'work')
  expect(Object.keys(etags).sort()).toEqual([...wanted.keys()].map((name) => `${path}/${name}`).sort())
  const titles = world.simulator.control.truth({}).events.map(({ subject }) => String(subject))
  expect(titles.sort()).toEqual([...wanted.values()].sort())
  for (const [name, title] of wanted) {
    const served = await (await send('GET', name, {})).text()
    expect(served).toContain(`SUMMARY:${title}\r\n`)
    expect(served).toContain(`SUMMARY:${title} late\r\n`)
    expect(served).toMatch(new RegExp(`EXDATE.*${day(8)}`))
  }
  const ended = new Promise((resolve) => child?.once('exit', resolve))
  child?.kill('SIGKILL')
  await ended
  const { bridge } = await world.open()
  expect(bridge.report().writes.filter(({ state }) => state === 'open')).toEqual([])
})
