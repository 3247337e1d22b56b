import { afterEach, describe, expect, it } from 'vitest'
import { brokenCrashPoints, later, standup } from './write-crashes.ts'
import { anyhow, ifMatch, lunch, onlyNew, WriteRig, type WriteRigOptions } from './write-rig.ts'

let rig: WriteRig | undefined
afterEach(async () => {
  await rig?.stop()
  rig = undefined
})

async function start(options: WriteRigOptions = {}): Promise<WriteRig> {
  rig = await WriteRig.start(options)
  return rig
}

const lost = { method: 'POST', path: 'events$', when: 'after', effect: { kind: 'drop' } } as const

describe('a new event', () => {
  it('is in Outlook and in the mirror when the answer comes', async () => {
    const bridge = await start()
    const written = await bridge.put('lunch.ics', lunch(), onlyNew)
    expect(written).toMatchObject({ kind: 'created', name: 'lunch.ics', etag: await bridge.etag('lunch.ics') })
    expect(bridge.titles()).toEqual(['Lunch'])
    expect(await bridge.text('lunch.ics')).toContain('UID:lunch@client\r\n')
  })

  it('keeps the change log still when the next rounds show it', async () => {
    const bridge = await start()
    await bridge.put('lunch.ics', lunch(), onlyNew)
    const { syncToken } = bridge.mirror.state()
    await bridge.round()
    await bridge.round(true)
    expect(bridge.mirror.state().syncToken).toBe(syncToken)
  })

  it('keeps UID and name over a restart, a full resync and a deleted mirror', async () => {
    const bridge = await start()
    await bridge.put('lunch.ics', lunch(), onlyNew)
    await bridge.restart({ withoutMirror: true })
    await bridge.round(true)
    expect(bridge.mirror.list()).toMatchObject([{ name: 'lunch.ics', uid: 'lunch@client' }])
  })

  it('is gone here, too, when it is removed in Outlook before any round has seen it', async () => {
    const bridge = await start()
    await bridge.put('lunch.ics', lunch(), onlyNew)
    bridge.tenant.control.deleteEvent(String(bridge.events()[0]?.['id']))
    await bridge.round()
    expect(bridge.names()).toEqual([])
  })

  it('is created once although the answer was lost', async () => {
    const bridge = await start()
    bridge.tenant.faults.add(lost)
    await bridge.put('lunch.ics', lunch(), onlyNew)
    expect(bridge.titles()).toEqual(['Lunch'])
  })

  it.each(['200', '201', '409'] as const)(
    'is created once although every answer was lost and the client repeats (a repeat answers %s)',
    async (repeatedTransactionId) => {
      const bridge = await start({ simulator: { switches: { repeatedTransactionId } } })
      bridge.tenant.faults.add({ ...lost, count: 3 })
      await expect(bridge.put('lunch.ics', lunch(), onlyNew)).rejects.toMatchObject({ code: 'unavailable' })
      expect(bridge.names()).toEqual([])
      await bridge.round()
      expect(bridge.names()).toEqual([])
      await bridge.put('lunch.ics', lunch(), onlyNew)
      expect(bridge.titles()).toEqual(['Lunch'])
      expect(bridge.names()).toEqual(['lunch.ics'])
    },
  )

  it('that was half made becomes what the client sends next', async () => {
    const bridge = await start()
    bridge.tenant.faults.add({ ...lost, count: 3 })
    await expect(bridge.put('lunch.ics', lunch(), onlyNew)).rejects.toMatchObject({ code: 'unavailable' })
    await bridge.put('lunch.ics', lunch('Dinner'), onlyNew)
    expect(bridge.titles()).toEqual(['Dinner'])
  })

  it('that nobody comes back for is shown after an hour', async () => {
    const bridge = await start()
    bridge.tenant.faults.add({ ...lost, count: 3 })
    await expect(bridge.put('lunch.ics', lunch(), onlyNew)).rejects.toMatchObject({ code: 'unavailable' })
    await bridge.round()
    bridge.clock.advance(3_600_000)
    await bridge.round()
    expect(bridge.names()).toEqual(['lunch.ics'])
    expect(bridge.journal.lastOf('work', 'lunch.ics')).toMatchObject({ state: 'given-up' })
  })

  it('with a UID that another resource has is refused with its name', async () => {
    const bridge = await start()
    await bridge.put('lunch.ics', lunch(), onlyNew)
    await expect(bridge.put('other.ics', lunch(), onlyNew)).rejects.toMatchObject({ holder: 'lunch.ics' })
    const other = lunch().replace('lunch@client', 'other@client')
    await expect(bridge.put('lunch.ics', other)).rejects.toMatchObject({ holder: 'lunch.ics' })
  })

  it('is not made when Graph throttles, and the client is told how long to wait', async () => {
    const bridge = await start()
    const effect = {
      kind: 'status',
      status: 429,
      code: 'TooManyRequests',
      message: '',
      body: 'json',
      retryAfter: '45',
    } as const
    bridge.tenant.faults.add({ method: 'POST', path: 'events$', effect })
    const refused = { code: 'unavailable', retryAfterSeconds: 45 }
    await expect(bridge.put('lunch.ics', lunch(), onlyNew)).rejects.toMatchObject(refused)
    expect(bridge.titles()).toEqual([])
  })
})

describe('a changed event', () => {
  it('sends only what was changed, and nothing for the same text', async () => {
    const bridge = await start()
    const { etag } = await bridge.put('lunch.ics', lunch(), onlyNew)
    const changes = await bridge.changes(() => bridge.put('lunch.ics', lunch('Brunch'), ifMatch(etag)))
    expect(changes).toEqual([{ method: 'PATCH', json: { subject: 'Brunch' } }])
    const served = await bridge.text('lunch.ics')
    expect(await bridge.changes(() => bridge.put('lunch.ics', served, anyhow))).toEqual([])
    expect(await bridge.changes(() => bridge.put('lunch.ics', lunch('Brunch'), anyhow))).toEqual([])
  })

  it('is refused when it is not as the client read it', async () => {
    const bridge = await start()
    const { etag } = await bridge.put('lunch.ics', lunch(), onlyNew)
    await bridge.put('lunch.ics', lunch('Brunch'), ifMatch(etag))
    await expect(bridge.put('lunch.ics', lunch('Dinner'), ifMatch(etag))).rejects.toMatchObject({ code: 'conflict' })
    await expect(bridge.put('lunch.ics', lunch('Dinner'), onlyNew)).rejects.toMatchObject({ code: 'conflict' })
    await expect(bridge.put('none.ics', lunch('Dinner'), ifMatch('x'))).rejects.toMatchObject({ code: 'conflict' })
  })

  it('goes together with another change in Outlook that no round has seen', async () => {
    const bridge = await start()
    const { etag } = await bridge.put('lunch.ics', lunch(), onlyNew)
    bridge.tenant.control.updateEvent(String(bridge.events()[0]?.['id']), { location: { displayName: 'Canteen' } })
    await bridge.put('lunch.ics', lunch('Brunch'), ifMatch(etag))
    expect(bridge.events()).toMatchObject([{ subject: 'Brunch', location: { displayName: 'Canteen' } }])
    expect(await bridge.text('lunch.ics')).toContain('LOCATION:Canteen')
  })

  it('does not hide a reminder that somebody sets in Outlook meanwhile', async () => {
    const bridge = await start()
    const { etag } = await bridge.put('lunch.ics', lunch(), onlyNew)
    const reminder = { isReminderOn: true, reminderMinutesBeforeStart: 60 }
    bridge.tenant.control.updateEvent(String(bridge.events()[0]?.['id']), reminder)
    await bridge.put('lunch.ics', lunch('Brunch'), ifMatch(etag))
    expect(bridge.events()).toMatchObject([{ subject: 'Brunch', ...reminder }])
    expect(await bridge.text('lunch.ics')).toContain('TRIGGER:-PT60M')
  })

  it('conflicts where both sides change the reminder: Outlook has one', async () => {
    const bridge = await start()
    const alarm = ['BEGIN:VALARM', 'ACTION:DISPLAY', 'TRIGGER:-PT15M', 'DESCRIPTION:x', 'END:VALARM']
    const { etag } = await bridge.put('lunch.ics', lunch('Lunch', alarm), onlyNew)
    bridge.tenant.control.updateEvent(String(bridge.events()[0]?.['id']), { reminderMinutesBeforeStart: 5 })
    await expect(bridge.put('lunch.ics', lunch(), ifMatch(etag))).rejects.toMatchObject({ code: 'conflict' })
    expect(await bridge.text('lunch.ics')).toContain('TRIGGER:-PT5M')
  })

  it('that was finished, but not noted as such, takes nothing back that went together with it', async () => {
    const bridge = await start()
    const { etag } = await bridge.put('lunch.ics', lunch(), onlyNew)
    bridge.tenant.control.updateEvent(String(bridge.events()[0]?.['id']), { location: { displayName: 'Canteen' } })
    const brunch = (): Promise<unknown> => bridge.put('lunch.ics', lunch('Brunch'), ifMatch(etag))
    for (let point = 1; ; point += 1) {
      const isKilled = await bridge.isKilled(point, brunch)
      await brunch()
      expect([point, bridge.events()]).toMatchObject([
        point,
        [{ subject: 'Brunch', location: { displayName: 'Canteen' } }],
      ])
      if (!isKilled) break
    }
    // And once more, as after a lost answer of ours.
    await brunch()
    expect(bridge.events()).toMatchObject([{ subject: 'Brunch', location: { displayName: 'Canteen' } }])
  })

  it('conflicts with another change of the same property in Outlook, which is then shown', async () => {
    const bridge = await start()
    const { etag } = await bridge.put('lunch.ics', lunch(), onlyNew)
    bridge.tenant.control.updateEvent(String(bridge.events()[0]?.['id']), { subject: 'Banquet' })
    await expect(bridge.put('lunch.ics', lunch('Brunch'), ifMatch(etag))).rejects.toMatchObject({ code: 'conflict' })
    expect(await bridge.text('lunch.ics')).toContain('SUMMARY:Banquet')
  })

  it.each(['412', '409'] as const)('is not lost between our look and our request (Graph answers %s)', async (how) => {
    const bridge = await start({ simulator: { switches: { ifMatch: how } } })
    const { etag } = await bridge.put('lunch.ics', lunch(), onlyNew)
    const id = String(bridge.events()[0]?.['id'])
    let requests = 0
    bridge.atRequest = () => {
      requests += 1
      if (requests === 3) bridge.tenant.control.updateEvent(id, { subject: 'Banquet' })
    }
    await expect(bridge.put('lunch.ics', lunch('Brunch'), ifMatch(etag))).rejects.toMatchObject({ code: 'conflict' })
    expect(bridge.titles()).toEqual(['Banquet'])
    expect(await bridge.text('lunch.ics')).toContain('SUMMARY:Banquet')
  })
})

describe('a removed event', () => {
  it('is gone in Outlook and here, and its UID may come back', async () => {
    const bridge = await start()
    await bridge.put('lunch.ics', lunch(), onlyNew)
    await bridge.remove('lunch.ics')
    expect([bridge.titles(), bridge.names()]).toEqual([[], []])
    await bridge.put('lunch.ics', lunch('Again'), onlyNew)
    await bridge.round()
    expect([bridge.titles(), bridge.names()]).toEqual([['Again'], ['lunch.ics']])
    await expect(bridge.remove('none.ics')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('is gone although the answer was lost and the client repeats', async () => {
    const bridge = await start()
    const { etag } = await bridge.put('lunch.ics', lunch(), onlyNew)
    bridge.tenant.faults.add({ method: 'DELETE', when: 'after', effect: { kind: 'drop' } })
    await expect(bridge.remove('lunch.ics', ifMatch(etag))).rejects.toMatchObject({ code: 'unavailable' })
    expect(bridge.names()).toEqual(['lunch.ics'])
    await bridge.remove('lunch.ics', ifMatch(etag))
    expect(bridge.names()).toEqual([])
  })

  it('stays when it was changed in Outlook before the repeat of a removal that came to nothing', async () => {
    const bridge = await start()
    const { etag } = await bridge.put('lunch.ics', lunch(), onlyNew)
    bridge.tenant.faults.add({ method: 'DELETE', count: 3, effect: { kind: 'drop' } })
    await expect(bridge.remove('lunch.ics', ifMatch(etag))).rejects.toMatchObject({ code: 'unavailable' })
    bridge.tenant.faults.clear()
    bridge.tenant.control.updateEvent(String(bridge.events()[0]?.['id']), { subject: 'Dinner' })
    await expect(bridge.remove('lunch.ics', ifMatch(etag))).rejects.toMatchObject({ code: 'conflict' })
    expect(bridge.titles()).toEqual(['Dinner'])
    await bridge.remove('lunch.ics', ifMatch(await bridge.etag('lunch.ics')))
    expect(bridge.titles()).toEqual([])
  })

  it('is removed for good, although the process died before it could note that', async () => {
    const bridge = await start()
    await bridge.put('lunch.ics', lunch(), onlyNew)
    await bridge.remove('lunch.ics')
    const last = bridge.journal.lastOf('work', 'lunch.ics')
    if (last) await bridge.journal.note({ ...last, state: 'open' })
    await bridge.remove('lunch.ics')
    expect(bridge.journal.lastOf('work', 'lunch.ics')).toMatchObject({ state: 'done' })
    await expect(bridge.remove('lunch.ics')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('that somebody changed in Outlook meanwhile stays, and is shown as it is', async () => {
    const bridge = await start()
    const { etag } = await bridge.put('lunch.ics', lunch(), onlyNew)
    bridge.tenant.control.updateEvent(String(bridge.events()[0]?.['id']), { subject: 'Banquet' })
    await expect(bridge.remove('lunch.ics', ifMatch(etag))).rejects.toMatchObject({ code: 'conflict' })
    expect(await bridge.text('lunch.ics')).toContain('SUMMARY:Banquet')
    await bridge.remove('lunch.ics', ifMatch(await bridge.etag('lunch.ics')))
    expect(bridge.titles()).toEqual([])
  })
})

describe('a series', () => {
  it('arrives with its changed and its cancelled dates', async () => {
    const bridge = await start()
    await bridge.put('standup.ics', standup('Standup', later), onlyNew)
    const text = await bridge.text('standup.ics')
    expect(text).toContain('SUMMARY:Late standup')
    expect(text).toMatch(/EXDATE.*20260323T090000/)
    const { syncToken } = bridge.mirror.state()
    await bridge.round()
    expect(bridge.mirror.state().syncToken).toBe(syncToken)
  })

  it('keeps its changed dates when it is changed, also where Graph drops them', async () => {
    const bridge = await start()
    const { etag } = await bridge.put('standup.ics', standup('Standup', later), onlyNew)
    const moved = standup('Morning', later).replaceAll('T091500', 'T093000')
    await bridge.put('standup.ics', moved, ifMatch(etag))
    const text = await bridge.text('standup.ics')
    for (const part of ['SUMMARY:Morning', 'SUMMARY:Late standup', '20260323T090000', 'T093000'])
      expect(text).toContain(part)
  })

  it('that the client moves, while somebody in Outlook gives it another rule, is a conflict', async () => {
    const bridge = await start()
    const { etag } = await bridge.put('standup.ics', standup('Standup'), onlyNew)
    const [event] = bridge.events()
    const recurrence = event?.['recurrence'] as { readonly pattern: unknown; readonly range: object }
    const range = { ...recurrence.range, type: 'numbered', numberOfOccurrences: 20 }
    bridge.tenant.control.updateEvent(String(event?.['id']), { recurrence: { ...recurrence, range } })
    const moved = standup('Standup').replaceAll('T090000', 'T100000').replaceAll('T091500', 'T101500')
    await expect(bridge.put('standup.ics', moved, ifMatch(etag))).rejects.toMatchObject({ code: 'conflict' })
    expect(await bridge.text('standup.ics')).toContain('COUNT=20')
  })

  it('is finished by the repeat after a crash, wherever that was', { timeout: 30_000 }, async () => {
    expect(await brokenCrashPoints(await start(), 5)).toEqual([])
  })

  it('whose date would pass its neighbour is refused with nothing half done', async () => {
    const bridge = await start()
    const beyond = [later[0] ?? '', 'SUMMARY:Late', 'DTSTART:20260331T090000Z', 'DTEND:20260331T100000Z']
    const refused = { code: 'unsupported' }
    await expect(bridge.put('standup.ics', standup('Standup', beyond), onlyNew)).rejects.toMatchObject(refused)
    expect([bridge.titles(), bridge.names()]).toEqual([[], []])
  })

  it('that Graph refuses halfway is taken back', async () => {
    const bridge = await start()
    const effect = {
      kind: 'status',
      status: 400,
      code: 'ErrorOccurrenceCrossingBoundary',
      message: '',
      body: 'json',
    } as const
    bridge.tenant.faults.add({ method: 'PATCH', effect })
    await expect(bridge.put('standup.ics', standup('Standup', later), onlyNew)).rejects.toMatchObject({
      code: 'unsupported',
    })
    expect([bridge.titles(), bridge.names()]).toEqual([[], []])
  })
})

describe('half a change', () => {
  const morning = standup('Morning', later).replace('Late standup', 'Late morning')
  const refusal = (status: number, code: string) =>
    ({ kind: 'status', status, code, message: '', body: 'json' }) as const

  it('that Graph refuses is taken back', async () => {
    const bridge = await start()
    const { etag } = await bridge.put('standup.ics', standup('Standup', later), onlyNew)
    const before = await bridge.text('standup.ics')
    const effect = refusal(400, 'ErrorOccurrenceCrossingBoundary')
    bridge.tenant.faults.add({ method: 'PATCH', skip: 1, effect })
    const refused = { code: 'unsupported' }
    await expect(bridge.put('standup.ics', morning, ifMatch(etag))).rejects.toMatchObject(refused)
    expect(bridge.titles()).toEqual(['Standup'])
    expect((await bridge.text('standup.ics')).match(/SUMMARY:.*/g)).toEqual(before.match(/SUMMARY:.*/g))
  })

  it('that cannot be taken back yet is, when the client comes again', async () => {
    const bridge = await start()
    const { etag } = await bridge.put('standup.ics', standup('Standup', later), onlyNew)
    bridge.tenant.faults.add({ method: 'PATCH', skip: 1, effect: refusal(400, 'ErrorOccurrenceCrossingBoundary') })
    bridge.tenant.faults.add({ method: 'PATCH', skip: 1, count: 9, effect: refusal(503, 'ErrorServerBusy') })
    const change = (): Promise<unknown> => bridge.put('standup.ics', morning, ifMatch(etag))
    await expect(change()).rejects.toMatchObject({ code: 'unavailable' })
    bridge.tenant.faults.clear()
    bridge.tenant.faults.add({ method: 'PATCH', effect: refusal(400, 'ErrorOccurrenceCrossingBoundary') })
    await expect(change()).rejects.toMatchObject({ code: 'unsupported' })
    expect(bridge.titles()).toEqual(['Standup'])
    expect(bridge.journal.lastOf('work', 'standup.ics')).toMatchObject({ state: 'refused', wanted: null, base: null })
  })

  it('is taken back when another text comes instead', async () => {
    const bridge = await start()
    const { etag } = await bridge.put('standup.ics', standup('Standup', later), onlyNew)
    bridge.tenant.faults.add({ method: 'PATCH', skip: 1, count: 9, effect: refusal(503, 'ErrorServerBusy') })
    await expect(bridge.put('standup.ics', morning, ifMatch(etag))).rejects.toMatchObject({ code: 'unavailable' })
    bridge.tenant.faults.clear()
    const hall = standup('Standup', later).replace('SUMMARY:Standup', 'SUMMARY:Standup\r\nLOCATION:Hall')
    await bridge.put('standup.ics', hall, ifMatch(etag))
    expect(bridge.events()).toMatchObject([{ subject: 'Standup', location: { displayName: 'Hall' } }])
  })
})

describe('an event outside the window', () => {
  const far = (title: string, year: string): string => lunch(title).replaceAll('20260310', `${year}0310`)

  it('ahead of it stays, is changed and is removed, whatever rounds come', async () => {
    const bridge = await start()
    await bridge.put('lunch.ics', far('Lunch', '2035'), onlyNew)
    const etag = await bridge.etag('lunch.ics')
    for (const isFull of [false, true, false]) await bridge.round(isFull)
    expect(await bridge.etag('lunch.ics')).toBe(etag)
    const id = String(bridge.events()[0]?.['id'])
    bridge.tenant.control.updateEvent(id, { subject: 'Banquet' })
    await bridge.round()
    expect(await bridge.text('lunch.ics')).toContain('SUMMARY:Banquet')
    bridge.tenant.control.deleteEvent(id)
    await bridge.round()
    expect(bridge.names()).toEqual([])
  })

  it('before it stays until the window is read anew, as old events do', async () => {
    const bridge = await start()
    await bridge.put('lunch.ics', far('Lunch', '2020'), onlyNew)
    await bridge.round()
    await bridge.round()
    expect(bridge.names()).toEqual(['lunch.ics'])
    await bridge.round(true)
    expect([bridge.names(), bridge.titles()]).toEqual([[], ['Lunch']])
  })

  it('has one twin at most: a UID that an event there has is that event', async () => {
    const bridge = await start()
    const time = (hour: string) => ({ dateTime: `2035-03-10T${hour}:00:00`, timeZone: 'UTC' })
    const event = { subject: 'Lunch', start: time('11'), end: time('12'), iCalUId: 'theirs@example.com' }
    bridge.tenant.control.createEvent({}, event)
    await bridge.round()
    const text = far('Brunch', '2035').replaceAll('lunch@client', 'theirs@example.com')
    await bridge.put('lunch.ics', text, onlyNew)
    expect(bridge.titles()).toEqual(['Brunch'])
  })
})

describe('writes and rounds', () => {
  it('a write does not wait for a round that is reading, and the round does not undo it', async () => {
    const bridge = await start()
    const { etag } = await bridge.put('lunch.ics', lunch(), onlyNew)
    await bridge.put('other.ics', lunch('Other').replace('lunch@client', 'other@client'), onlyNew)
    const order: string[] = []
    const noted = async (name: string, work: Promise<unknown>): Promise<void> => {
      await work
      order.push(name)
    }
    let begin = (): void => undefined
    const isReading = new Promise<void>((resolve) => {
      begin = resolve
    })
    bridge.atRequest = () => {
      begin()
    }
    const reading = noted('round', bridge.round(true))
    await isReading
    const write = noted('write', bridge.put('lunch.ics', lunch('Brunch'), ifMatch(etag)))
    const made = bridge.put('new.ics', lunch('New').replace('lunch@client', 'new@client'), onlyNew)
    await Promise.all([reading, write, made, bridge.remove('other.ics')])
    expect(order).toEqual(['write', 'round'])
    expect(bridge.names()).toEqual(['lunch.ics', 'new.ics'])
    expect(await bridge.text('lunch.ics')).toContain('SUMMARY:Brunch')
    const { syncToken } = bridge.mirror.state()
    await bridge.round()
    await bridge.round()
    expect(bridge.mirror.state().syncToken).toBe(syncToken)
  })

  it('take turns: a round that began before does not undo what was written', async () => {
    const bridge = await start()
    const { etag } = await bridge.put('lunch.ics', lunch(), onlyNew)
    bridge.tenant.control.updateEvent(String(bridge.events()[0]?.['id']), { location: { displayName: 'Canteen' } })
    const round = bridge.round()
    await Promise.all([round, bridge.put('lunch.ics', lunch('Brunch'), anyhow), bridge.round()])
    expect(etag).not.toBe(await bridge.etag('lunch.ics'))
    expect(await bridge.text('lunch.ics')).toContain('SUMMARY:Brunch')
    const { syncToken } = bridge.mirror.state()
    await bridge.round()
    expect(bridge.mirror.state().syncToken).toBe(syncToken)
  })
})
