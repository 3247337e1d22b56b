// MOVE between two calendars, disturbed at every place: whatever happens, the client's repeat ends in the moved event or in a
// clear refusal; nothing is lost, nothing is there twice, and Outlook, CalDAV and the feed show the same.
import { afterEach, describe, expect, it } from 'vitest'
import { GraphdavError } from '../../src/base/errors.ts'
import type { Move } from '../../src/calendar/backend.ts'
import { statusFault, type FaultOrder } from '../../src/simulator/faults.ts'
import { Chance } from '../sync/editor.ts'
import { calendarOf, slugs, WriteDesk, type Slug } from '../sync/write-desk.ts'
import { factsByUid } from '../sync/write-facts.ts'
import { anyhow, ifMatch, lunch } from '../sync/write-rig.ts'

const name = 'lunch.ics'
const uid = 'lunch@client'

let desk: WriteDesk
afterEach(() => desk.stop())

/** A desk with one event in `work`, and the MOVE that takes it to `private`. */
async function begin(text = lunch(), seed = 1): Promise<Move> {
  desk = await WriteDesk.start(new Chance(seed), { seed })
  for (const slug of slugs) await desk.round(slug)
  const { etag } = await put('work', text)
  const conditions = ifMatch(etag)
  const to = { slug: 'private', name }
  return { user: 'alice', slug: 'work', name, conditions, mayReply: true, to, mayReplace: false }
}

function put(slug: Slug, text: string) {
  return desk.backend.put({ user: 'alice', slug, name, conditions: anyhow, mayReply: true, text })
}

function events(slug: Slug): readonly Readonly<Record<string, unknown>>[] {
  return desk.tenant.control.truth({ calendar: calendarOf[slug] }).events
}

function titles(): Readonly<Record<Slug, string>> {
  const of = (slug: Slug): string =>
    events(slug)
      .map(({ subject }) => String(subject))
      .join()
  return { work: of('work'), private: of('private') }
}

function rename(slug: Slug, subject: string): void {
  desk.tenant.control.updateEvent(String(events(slug)[0]?.['id']), { subject })
}

function fault(order: FaultOrder): void {
  desk.tenant.faults.add(order)
}

/** `created`, `updated`, or the code of the error. */
async function answerTo(move: Move): Promise<string> {
  try {
    return await desk.backend.move(move)
  } catch (error) {
    if (error instanceof GraphdavError) return error.code
    throw error
  }
}

/** Repeats it as a client does, until it is done or refused. */
async function lastAnswerTo(move: Move): Promise<string> {
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const answer = await answerTo(move)
    if (answer !== 'unavailable') return answer
    desk.clock.advance(61_000)
  }
  return 'unavailable'
}

/** Rounds that change nothing in Outlook; then everybody shows what it has, and no write is open. */
async function shown(): Promise<Readonly<Record<Slug, string>>> {
  const before = titles()
  for (let round = 1; round <= 2; round += 1) {
    desk.clock.advance(61_000)
    for (const slug of slugs) await desk.round(slug)
  }
  expect(titles()).toEqual(before)
  for (const slug of slugs) {
    const resources = await desk.mirror(slug).read(
      desk
        .mirror(slug)
        .list()
        .map((one) => one.name),
    )
    const served = resources.map(({ text }) => /^SUMMARY:(.*)\r$/m.exec(text)?.[1]).join()
    expect({ [slug]: served }).toEqual({ [slug]: before[slug] })
    expect(desk.journal.writesOf(slug, 10).filter(({ state }) => state === 'open')).toEqual([])
  }
  expect([...factsByUid(await desk.feed()).keys()]).toEqual([uid])
  return before
}

const moved = { work: '', private: 'Lunch' }
const lost = { when: 'after', effect: { kind: 'cut' } } as const
const failed = { when: 'before', effect: statusFault(503), count: 3 } as const

/** What a colleague does in Outlook at the `request`-th request from now that changes something. */
function meanwhile(request: number, deed: () => void): void {
  const from = desk.tenant.log.count
  let isDone = false
  desk.atRequest = () => {
    const sent = desk.tenant.log.list().filter(({ number, method }) => number > from && method !== 'GET')
    if (isDone || sent.length < request) return
    isDone = true
    deed()
  }
}

describe('MOVE of which a request fails', () => {
  it.each([
    ['the answer to the creation is lost', { method: 'POST', ...lost }],
    ['the answers to the creation are lost again and again', { method: 'POST', ...lost, count: 3 }],
    ['the creation fails', { method: 'POST', ...failed }],
    ['the answer to the removal is lost', { method: 'DELETE', ...lost }],
    ['the removal fails', { method: 'DELETE', ...failed }],
    ['the event cannot be read back', { method: 'GET', ...failed, skip: 2 }],
    ['the removal is answered 412', { method: 'DELETE', effect: statusFault(412) }],
    ['the removal is answered 409', { method: 'DELETE', effect: statusFault(409) }],
    ['the removal is done and answered 404', { method: 'DELETE', when: 'after', effect: statusFault(404) }],
    ['the removal is done and answered 410', { method: 'DELETE', when: 'after', effect: statusFault(410) }],
  ] as const)('is finished by the repeat when %s', async (_, order) => {
    const move = await begin()
    fault(order)
    expect(await lastAnswerTo(move)).toMatch(/^(created|updated)$/)
    expect(titles()).toEqual(moved)
    expect(await shown()).toEqual(moved)
  })

  it('is finished by the repeat after a round of both calendars has come in between', async () => {
    for (const order of [
      { method: 'DELETE', ...lost },
      { method: 'DELETE', ...failed },
    ] as const) {
      const move = await begin()
      fault(order)
      expect(await answerTo(move)).toBe('unavailable')
      for (const slug of slugs) await desk.round(slug, true)
      desk.clock.advance(61_000)
      expect(await lastAnswerTo(move)).toMatch(/^(created|updated)$/)
      expect(await shown()).toEqual(moved)
      await desk.stop()
    }
    await begin()
  })

  it('is answered as done when the client comes back so late that a round has taken in the removal', async () => {
    const move = await begin()
    fault({ method: 'DELETE', ...lost })
    expect(await answerTo(move)).toBe('unavailable')
    desk.clock.advance(2 * 3_600_000)
    for (const slug of slugs) await desk.round(slug)
    expect(await answerTo(move)).toBe('updated')
    expect(await shown()).toEqual(moved)
  })

  it('leaves nothing behind when the removal is forbidden', async () => {
    const move = await begin()
    fault({ method: 'DELETE', path: '/me/events/', effect: statusFault(403) })
    expect(await answerTo(move)).toBe('forbidden')
    expect(titles()).toEqual({ work: 'Lunch', private: '' })
    expect(await shown()).toEqual({ work: 'Lunch', private: '' })
  })
})

describe('MOVE of an event that somebody changes in Outlook meanwhile', () => {
  const stays = { work: 'Dinner', private: '' }

  it('makes no event at the target when the change came before', async () => {
    const move = await begin()
    rename('work', 'Dinner')
    const from = desk.tenant.log.count
    expect(await answerTo(move)).toBe('conflict')
    expect(desk.tenant.log.list().filter(({ number, method }) => number > from && method !== 'GET')).toEqual([])
    expect(await shown()).toEqual(stays)
  })

  it('takes back what it has made at the target', async () => {
    const move = await begin()
    meanwhile(1, () => rename('work', 'Dinner'))
    expect(await answerTo(move)).toBe('conflict')
    expect(titles()).toEqual(stays)
    expect(await shown()).toEqual(stays)
  })

  it.each([
    ['the answer to the taking back is lost', { method: 'DELETE', ...lost, count: 3 }],
    ['the taking back fails', { method: 'DELETE', ...failed }],
  ] as const)('takes it back with the repeat when %s', async (_, order) => {
    const move = await begin()
    meanwhile(1, () => rename('work', 'Dinner'))
    fault(order)
    expect(await answerTo(move)).toBe('unavailable')
    desk.clock.advance(61_000)
    for (const slug of slugs) await desk.round(slug)
    expect(await lastAnswerTo(move)).toBe('conflict')
    expect(titles()).toEqual(stays)
    expect(await shown()).toEqual(stays)
  })

  it.each([
    ['the answers to the creation were lost', { method: 'POST', ...lost, count: 3 }],
    ['the creation failed', { method: 'POST', ...failed }],
    ['it could not be read back', { method: 'GET', ...failed, skip: 3 }],
    ['the removal failed', { method: 'DELETE', ...failed }],
  ] as const)('takes it back with the repeat when %s', async (_, order) => {
    const move = await begin()
    fault(order)
    expect(await answerTo(move)).toBe('unavailable')
    rename('work', 'Dinner')
    desk.clock.advance(61_000)
    for (const slug of slugs) await desk.round(slug)
    expect(await lastAnswerTo(move)).toBe('conflict')
    expect(titles()).toEqual(stays)
    expect(await shown()).toEqual(stays)
  })

  it('gives back what was replaced at the target', async () => {
    const move = { ...(await begin()), mayReplace: true }
    await put('private', lunch('Breakfast'))
    meanwhile(1, () => rename('work', 'Dinner'))
    expect(await answerTo(move)).toBe('conflict')
    expect(await shown()).toEqual({ work: 'Dinner', private: 'Breakfast' })
  })

  it('keeps what somebody else has made of the moved event when it cannot be taken back', async () => {
    const move = await begin()
    fault({ method: 'DELETE', ...failed })
    expect(await answerTo(move)).toBe('unavailable')
    rename('work', 'Dinner')
    rename('private', 'Supper')
    expect(await lastAnswerTo(move)).toBe('conflict')
    expect(await shown()).toEqual({ work: 'Dinner', private: 'Supper' })
  })

  it('keeps what somebody else has made of the moved event when the repeat finishes it', async () => {
    const move = { ...(await begin()), mayReplace: true }
    fault({ method: 'DELETE', ...failed })
    expect(await answerTo(move)).toBe('unavailable')
    rename('private', 'Supper')
    desk.clock.advance(61_000)
    expect(await lastAnswerTo(move)).toBe('created')
    expect(await shown()).toEqual({ work: '', private: 'Supper' })
  })

  it('moves it with the next try when it is removed at the target before the repeat', async () => {
    const move = await begin()
    fault({ method: 'DELETE', ...failed })
    expect(await answerTo(move)).toBe('unavailable')
    desk.tenant.control.deleteEvent(String(events('private')[0]?.['id']))
    desk.clock.advance(61_000)
    expect(await lastAnswerTo(move)).toBe('conflict')
    expect(titles()).toEqual({ work: 'Lunch', private: '' })
    expect(await lastAnswerTo(move)).toBe('created')
    expect(await shown()).toEqual(moved)
  })

  it.each([
    ['before the repeat', { method: 'DELETE', ...failed }],
    ['before the event was made at the target', { method: 'POST', ...failed }],
  ] as const)('keeps the event at the target when it is removed at its old place %s', async (_, order) => {
    const move = await begin()
    fault(order)
    expect(await answerTo(move)).toBe('unavailable')
    desk.tenant.control.deleteEvent(String(events('work')[0]?.['id']))
    desk.clock.advance(61_000)
    for (const slug of slugs) await desk.round(slug)
    expect(await lastAnswerTo(move)).toMatch(/^(created|updated)$/)
    expect(await shown()).toEqual(moved)
  })

  it('loses nothing when Outlook has moved the event itself, there or back', async () => {
    const move = await begin()
    desk.tenant.control.moveEvent(String(events('work')[0]?.['id']), { calendar: calendarOf.private })
    expect(await answerTo(move)).toBe('conflict')
    expect(await shown()).toEqual(moved)
    desk.tenant.control.moveEvent(String(events('private')[0]?.['id']), { calendar: calendarOf.work })
    await desk.round('work')
    expect(await answerTo({ ...move, conditions: anyhow })).toBe('conflict')
    expect(await shown()).toEqual({ work: 'Lunch', private: '' })
  })
})
