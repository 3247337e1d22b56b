// `graphdav explain`: an event on its way from the simulated tenant to every feed, asked as a person asks; and backup and
// restore as typed commands.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Explanation } from '../../src/bridge/explain.ts'
import { startWorld, type World } from '../http/program.ts'
import { type } from '../cli/type.ts'

let world: World
const token = (letter: string): string => letter.repeat(24)
const feeds = `
feeds:
  boss: { token: ${token('b')}, calendars: [work], detail: full, private: show, reminders: true, attendees: true }
  family: { token: ${token('f')}, calendars: [personal, work], detail: titles }
  quiet: { token: ${token('q')}, calendars: [work], detail: titles, hide: { title: '^Dentist' } }
  strict: { token: ${token('s')}, calendars: [work], detail: full, private: hide }
  over: { token: ${token('o')}, calendars: [work], expires: 2020-01-01 }
  other: { token: ${token('p')}, calendars: [personal] }
`
const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
const dentist = {
  subject: 'Dentist \u001b[31mKreuzberg',
  sensitivity: 'private',
  start: { dateTime: `${day}T09:00:00`, timeZone: 'UTC' },
  end: { dateTime: `${day}T10:00:00`, timeZone: 'UTC' },
}

beforeEach(async () => {
  world = await startWorld({}, (text) => text.replace('users:', `${feeds}users:`))
})
afterEach(() => world.stop())

const run = (line: string) => type(line, { env: { GRAPHDAV_CONFIG: join(world.folder, 'graphdav.yaml') } })
async function explain(words: string): Promise<Explanation> {
  const { stdout, stderr, exitCode } = await run(`explain work ${words} --json`)
  expect(`${exitCode} ${stderr}`).toBe('0 ')
  return JSON.parse(stdout) as Explanation // checked by what is expected of it
}

it('says what Graph, the mirror, the collection and each feed have, and which rule decided', async () => {
  const { id } = world.simulator.control.createEvent({}, dentist)
  const { bridge } = await world.open()
  for (const slug of bridge.slugs) await bridge.sync(slug, {})

  const { found, more } = await explain('kreuzberg dentist')
  expect(more).toBe(0)
  expect(found).toHaveLength(1)
  const [one] = found
  expect(one?.graph).toEqual([expect.objectContaining({ kind: 'event', title: dentist.subject, isAsMirrored: true })])
  expect(one?.mirror).toEqual([expect.objectContaining({ start: `${day}T09:00:00 UTC`, exceptions: 0 })])
  expect(one?.collection).toMatchObject({ shown: true, name: expect.stringMatching(/\.ics$/) })
  const shown = Object.fromEntries((one?.feeds ?? []).map(({ name, events }) => [name, events[0]]))
  expect(shown).toEqual({
    work: { slot: null, shown: 'full', because: 'detail: full' },
    boss: { slot: null, shown: 'full', because: 'detail: full' },
    family: { slot: null, shown: 'busy', because: expect.stringContaining('private: busy') },
    quiet: { slot: null, shown: 'hidden', because: expect.stringContaining('hide.title') },
    strict: { slot: null, shown: 'hidden', because: expect.stringContaining('private: hide') },
    over: { slot: null, shown: 'hidden', because: 'the feed has expired' },
  })
  expect((await explain(one?.uid ?? '')).found).toEqual(found)

  // Outlook goes on; the mirror has not heard of it yet.
  world.simulator.control.updateEvent(id, { subject: 'Dentist moved' })
  expect((await explain('dentist kreuzberg')).found[0]?.graph[0]).toMatchObject({
    title: 'Dentist moved',
    isAsMirrored: false,
  })
  world.simulator.control.deleteEvent(id)
  expect((await explain('dentist kreuzberg')).found[0]?.graph[0]).toMatchObject({ kind: 'gone' })

  const said = await run('explain work dentist')
  expect(said.stdout).toMatch(/Outlook {5}gone: it is not there any more\n/)
  expect(said.stdout).not.toContain('\u001b')
  expect((await run('explain work no such thing')).stdout).toMatch(/^No event with the UID or the words .*it holds 20/)
  expect((await run('explain nowhere lunch')).exitCode).toBe(2)
})

it('goes on without Graph, and a restored archive explains the same', async () => {
  world.simulator.control.createEvent({}, dentist)
  const { bridge } = await world.open()
  await bridge.sync('work', {})
  const archive = join(world.folder, 'backup.tgz')
  expect((await run(`backup ${archive}`)).stdout).toMatch(/KB\. It holds calendars and sign-ins/)
  expect(await run(`restore ${archive}`)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('stop it first'),
  })
  await bridge.close()
  expect(await run(`restore ${archive}`)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('--yes') })
  expect((await run(`restore ${archive} --yes`)).stdout).toMatch(/files restored\. What was there is in .*replaced-/)
  expect((await run(`backup ${join(world.folder, 'no', 'such.tgz')}`)).stderr).toMatch(/cannot write/)
  const file = join(world.folder, 'graphdav.yaml')
  await writeFile(file, (await readFile(file, 'utf8')).replace(world.simulator.token, 'revoked'))
  const [one] = (await explain('dentist')).found
  expect(one?.graph[0]).toMatchObject({ kind: 'unreachable' })
  expect(one?.collection.shown).toBe(true)
})
