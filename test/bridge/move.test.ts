// MOVE between two calendars, disturbed at every place: whatever happens, the client's repeat ends in the moved event or in a
// clear refusal; nothing is lost, nothing is there twice, and Outlook, CalDAV and the feed show the same.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { statusFault } from '../../src/simulator/faults.ts'
import { MoveRig } from '../sync/move-rig.ts'
import { slugs } from '../sync/write-desk.ts'
import { anyhow } from '../sync/write-rig.ts'

let rig: MoveRig
beforeAll(async () => {
  rig = await MoveRig.start(1)
})
afterEach(() => {
  rig.clear()
})
afterAll(() => rig.desk.stop())

const moved = { work: '', private: 'Lunch' }
const lost = { when: 'after', effect: { kind: 'cut' } } as const
const failed = { when: 'before', effect: statusFault(503), count: 3 } as const

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
    const move = await rig.begin()
    rig.desk.tenant.faults.add(order)
    expect(await rig.lastAnswerTo(move)).toMatch(/^(created|updated)$/)
    expect(rig.titles()).toEqual(moved)
    expect(await rig.shown()).toEqual(moved)
  })

  it.each([
    ['the answer to the removal was lost', { method: 'DELETE', ...lost }],
    ['the removal failed', { method: 'DELETE', ...failed }],
  ] as const)('is finished by the repeat after full rounds when %s', async (_, order) => {
    const move = await rig.begin()
    rig.desk.tenant.faults.add(order)
    expect(await rig.answerTo(move)).toBe('unavailable')
    for (const slug of slugs) await rig.desk.round(slug, true)
    rig.desk.clock.advance(61_000)
    expect(await rig.lastAnswerTo(move)).toMatch(/^(created|updated)$/)
    expect(await rig.shown()).toEqual(moved)
  })

  it('is answered as done when the client comes back so late that a round has taken in the removal', async () => {
    const move = await rig.begin()
    rig.desk.tenant.faults.add({ method: 'DELETE', ...lost })
    expect(await rig.answerTo(move)).toBe('unavailable')
    rig.desk.clock.advance(2 * 3_600_000)
    for (const slug of slugs) await rig.desk.round(slug)
    expect(await rig.answerTo(move)).toBe('updated')
    expect(await rig.shown()).toEqual(moved)
  })

  it('leaves nothing behind when the removal is forbidden', async () => {
    const move = await rig.begin()
    rig.desk.tenant.faults.add({ method: 'DELETE', path: '/me/events/', effect: statusFault(403) })
    expect(await rig.answerTo(move)).toBe('forbidden')
    expect(rig.titles()).toEqual({ work: 'Lunch', private: '' })
    expect(await rig.shown()).toEqual({ work: 'Lunch', private: '' })
  })
})

describe('MOVE of an event that somebody changes in Outlook meanwhile', () => {
  const stays = { work: 'Dinner', private: '' }

  it('makes no event at the target when the change came before', async () => {
    const move = await rig.begin()
    rig.rename('work', 'Dinner')
    const from = rig.desk.tenant.log.count
    expect(await rig.answerTo(move)).toBe('conflict')
    expect(rig.desk.tenant.log.list().filter(({ number, method }) => number > from && method !== 'GET')).toEqual([])
    expect(await rig.shown()).toEqual(stays)
  })

  it('takes back what it has made at the target', async () => {
    const move = await rig.begin()
    rig.meanwhile(1, () => rig.rename('work', 'Dinner'))
    expect(await rig.answerTo(move)).toBe('conflict')
    expect(rig.titles()).toEqual(stays)
    expect(await rig.shown()).toEqual(stays)
  })

  it.each([
    ['the answer to the taking back is lost', { method: 'DELETE', ...lost, count: 3 }],
    ['the taking back fails', { method: 'DELETE', ...failed }],
  ] as const)('takes it back with the repeat when %s', async (_, order) => {
    const move = await rig.begin()
    rig.meanwhile(1, () => rig.rename('work', 'Dinner'))
    rig.desk.tenant.faults.add(order)
    expect(await rig.answerTo(move)).toBe('unavailable')
    rig.desk.clock.advance(61_000)
    for (const slug of slugs) await rig.desk.round(slug)
    expect(await rig.lastAnswerTo(move)).toBe('conflict')
    expect(rig.titles()).toEqual(stays)
    expect(await rig.shown()).toEqual(stays)
  })

  it.each([
    ['the answers to the creation were lost', { method: 'POST', ...lost, count: 3 }],
    ['the creation failed', { method: 'POST', ...failed }],
    ['it could not be read back', { method: 'GET', ...failed, skip: 3 }],
    ['the removal failed', { method: 'DELETE', ...failed }],
  ] as const)('takes it back with the repeat when %s', async (_, order) => {
    const move = await rig.begin()
    rig.desk.tenant.faults.add(order)
    expect(await rig.answerTo(move)).toBe('unavailable')
    rig.rename('work', 'Dinner')
    rig.desk.clock.advance(61_000)
    for (const slug of slugs) await rig.desk.round(slug)
    expect(await rig.lastAnswerTo(move)).toBe('conflict')
    expect(rig.titles()).toEqual(stays)
    expect(await rig.shown()).toEqual(stays)
  })

  it('gives back what was replaced at the target', async () => {
    const move = { ...(await rig.begin()), mayReplace: true }
    await rig.put('private', 'Breakfast')
    rig.meanwhile(1, () => rig.rename('work', 'Dinner'))
    expect(await rig.answerTo(move)).toBe('conflict')
    expect(await rig.shown()).toEqual({ work: 'Dinner', private: 'Breakfast' })
  })

  it('keeps what somebody else has made of the moved event when it cannot be taken back', async () => {
    const move = await rig.begin()
    rig.desk.tenant.faults.add({ method: 'DELETE', ...failed })
    expect(await rig.answerTo(move)).toBe('unavailable')
    rig.rename('work', 'Dinner')
    rig.rename('private', 'Supper')
    expect(await rig.lastAnswerTo(move)).toBe('conflict')
    expect(await rig.shown()).toEqual({ work: 'Dinner', private: 'Supper' })
  })

  it('keeps what somebody else has made of the moved event when the repeat finishes it', async () => {
    const move = { ...(await rig.begin()), mayReplace: true }
    rig.desk.tenant.faults.add({ method: 'DELETE', ...failed })
    expect(await rig.answerTo(move)).toBe('unavailable')
    rig.rename('private', 'Supper')
    rig.desk.clock.advance(61_000)
    expect(await rig.lastAnswerTo(move)).toBe('created')
    expect(await rig.shown()).toEqual({ work: '', private: 'Supper' })
  })

  it('moves it with the next try when it is removed at the target before the repeat', async () => {
    const move = await rig.begin()
    rig.desk.tenant.faults.add({ method: 'DELETE', ...failed })
    expect(await rig.answerTo(move)).toBe('unavailable')
    rig.delete('private')
    rig.desk.clock.advance(61_000)
    expect(await rig.lastAnswerTo(move)).toBe('conflict')
    expect(rig.titles()).toEqual({ work: 'Lunch', private: '' })
    expect(await rig.lastAnswerTo(move)).toBe('created')
    expect(await rig.shown()).toEqual(moved)
  })

  it.each([
    ['before the repeat', { method: 'DELETE', ...failed }],
    ['before the event was made at the target', { method: 'POST', ...failed }],
  ] as const)('keeps the event at the target when it is removed at its old place %s', async (_, order) => {
    const move = await rig.begin()
    rig.desk.tenant.faults.add(order)
    expect(await rig.answerTo(move)).toBe('unavailable')
    rig.delete('work')
    rig.desk.clock.advance(61_000)
    for (const slug of slugs) await rig.desk.round(slug)
    expect(await rig.lastAnswerTo(move)).toMatch(/^(created|updated)$/)
    expect(await rig.shown()).toEqual(moved)
  })

  it('loses nothing when Outlook has moved the event itself, there or back', async () => {
    const move = await rig.begin()
    rig.moveInOutlook('work', 'private')
    expect(await rig.answerTo(move)).toBe('conflict')
    expect(await rig.shown()).toEqual(moved)
    rig.moveInOutlook('private', 'work')
    await rig.desk.round('work')
    expect(await rig.answerTo({ ...move, conditions: anyhow })).toBe('conflict')
    expect(await rig.shown()).toEqual({ work: 'Lunch', private: '' })
  })
})
