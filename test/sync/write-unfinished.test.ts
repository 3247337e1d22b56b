// What an unfinished write leaves for the client's next request, and what Graph's odd answers mean for a write.
import { afterEach, describe, expect, it } from 'vitest'
import { codeOf } from '../../src/base/errors.ts'
import { statusFault } from '../../src/simulator/faults.ts'
import { later, standup } from './write-crashes.ts'
import { anyhow, ics, ifMatch, lunch, onlyNew, WriteRig, type WriteRigOptions } from './write-rig.ts'

let rig: WriteRig | undefined
afterEach(async () => {
  await rig?.stop()
  rig = undefined
})

async function start(options: WriteRigOptions = {}): Promise<WriteRig> {
  rig = await WriteRig.start(options)
  return rig
}

/** A text without what each version of an event, and each exception that is made again, has for itself. */
const told = (text: string): string =>
  text.replaceAll('\r\n ', '').replaceAll(/^(DTSTAMP|LAST-MODIFIED|SEQUENCE|CREATED|URL).*\r\n/gm, '')

const drop = { kind: 'drop' } as const

describe('an event whose making was not finished', () => {
  it('goes when the client removes it instead of coming back', async () => {
    const bridge = await start()
    bridge.tenant.faults.add({ method: 'POST', path: 'events$', when: 'after', count: 3, effect: drop })
    await expect(bridge.put('lunch.ics', lunch(), onlyNew)).rejects.toMatchObject({ code: 'unavailable' })
    expect(bridge.titles()).toEqual(['Lunch'])
    await bridge.remove('lunch.ics')
    expect(bridge.titles()).toEqual([])
    await expect(bridge.remove('lunch.ics')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('keeps its description where Thunderbird has left older HTML beside it', async () => {
    const bridge = await start()
    const altRep = `data:text/html,${encodeURIComponent('Bring <b>cake</b>')}`
    const description = `DESCRIPTION;ALTREP="${altRep}":Bring cake\r\nX-ALT-DESC;FMTTYPE=text/html:Bring <b>tea</b>\r\n`
    const text = lunch().replace('END:VEVENT', `${description}END:VEVENT`)
    bridge.tenant.faults.add({ method: 'POST', path: 'events$', when: 'after', count: 3, effect: drop })
    await expect(bridge.put('lunch.ics', text, onlyNew)).rejects.toMatchObject({ code: 'unavailable' })
    await bridge.put('lunch.ics', text, onlyNew)
    expect(JSON.stringify(bridge.events()[0]?.['body'])).toContain('Bring <b>cake</b>')
  })

  it('that Graph does not show yet is found by the repeat', async () => {
    const bridge = await start()
    bridge.tenant.faults.add({ method: 'GET', path: 'events/[^/]+$', effect: statusFault(404) })
    await expect(bridge.put('lunch.ics', lunch(), onlyNew)).rejects.toMatchObject({ code: 'unavailable' })
    await bridge.put('lunch.ics', lunch(), onlyNew)
    expect([bridge.titles(), bridge.names()]).toEqual([['Lunch'], ['lunch.ics']])
  })

  it('is not made again by the repeat when somebody has removed it in Outlook', async () => {
    const bridge = await start()
    bridge.tenant.faults.add({ method: 'GET', path: 'events/[^/]+$', effect: statusFault(404) })
    await expect(bridge.put('lunch.ics', lunch(), onlyNew)).rejects.toMatchObject({ code: 'unavailable' })
    bridge.tenant.control.deleteEvent(String(bridge.events()[0]?.['id']))
    await expect(bridge.put('lunch.ics', lunch(), onlyNew)).rejects.toMatchObject({ code: 'conflict' })
    expect([bridge.titles(), bridge.journal.lastOf('work', 'lunch.ics')?.state]).toEqual([[], 'refused'])
  })
})

describe('a series whose making is refused by the repeat', () => {
  it('is taken back, although the first answer was lost', async () => {
    const bridge = await start()
    bridge.tenant.faults.add({ method: 'POST', path: 'events$', when: 'after', count: 3, effect: drop })
    const make = (): Promise<unknown> => bridge.put('standup.ics', standup('Standup', later), onlyNew)
    await expect(make()).rejects.toMatchObject({ code: 'unavailable' })
    expect(bridge.titles()).toEqual(['Standup'])
    const effect = statusFault(400, { code: 'ErrorOccurrenceCrossingBoundary' })
    bridge.tenant.faults.add({ method: 'PATCH', effect })
    await expect(make()).rejects.toMatchObject({ code: 'unsupported' })
    expect([bridge.titles(), bridge.names()]).toEqual([[], []])
  })
})

describe('a change whose first answer was lost', () => {
  it('is taken back when its repeat is refused', async () => {
    const bridge = await start()
    const { etag } = await bridge.put('standup.ics', standup('Standup', later), onlyNew)
    const text = standup('Morning', later).replace('Late standup', 'Late morning')
    bridge.tenant.faults.add({ method: 'PATCH', when: 'after', effect: drop })
    await expect(bridge.put('standup.ics', text, ifMatch(etag))).rejects.toMatchObject({ code: 'unavailable' })
    expect(bridge.titles()).toEqual(['Morning'])
    const effect = statusFault(400, { code: 'ErrorOccurrenceCrossingBoundary' })
    bridge.tenant.faults.add({ method: 'PATCH', effect })
    await expect(bridge.put('standup.ics', text, ifMatch(etag))).rejects.toMatchObject({ code: 'unsupported' })
    expect(bridge.titles()).toEqual(['Standup'])
    expect(await bridge.text('standup.ics')).toContain('SUMMARY:Late standup')
  })
})

describe('a change that Graph refuses because somebody in Outlook was first', () => {
  it('leaves alone what they wrote, also where it is what the client wanted', async () => {
    const bridge = await start()
    const { etag } = await bridge.put('lunch.ics', lunch(), onlyNew)
    const id = String(bridge.events()[0]?.['id'])
    bridge.atRequest = () => {
      if (bridge.journal.lastOf('work', 'lunch.ics')?.state !== 'open') return
      bridge.atRequest = () => undefined
      bridge.tenant.control.updateEvent(id, { subject: 'Brunch' })
    }
    await expect(bridge.put('lunch.ics', lunch('Brunch'), ifMatch(etag))).rejects.toMatchObject({ code: 'conflict' })
    expect(bridge.titles()).toEqual(['Brunch'])
    expect(await bridge.text('lunch.ics')).toContain('SUMMARY:Brunch')
    await bridge.put('lunch.ics', lunch('Brunch'), ifMatch(await bridge.etag('lunch.ics')))
    expect(bridge.titles()).toEqual(['Brunch'])
  })
})

describe('a rule that is not changed to the end', () => {
  it.each([
    ['a date is cancelled again', { method: 'DELETE', effect: statusFault(409) }],
    ['a date is changed again', { method: 'PATCH', skip: 1, effect: statusFault(409) }],
  ])('is taken back with the dates that Graph has dropped (%s)', async (_, fault) => {
    const bridge = await start({ simulator: { switches: { recurrencePatch: 'drops' } } })
    const { etag } = await bridge.put('standup.ics', standup('Standup', later), onlyNew)
    const before = told(await bridge.text('standup.ics'))
    bridge.tenant.faults.add(fault)
    const text = standup('Standup', later).replace('COUNT=8', 'COUNT=5')
    await expect(bridge.put('standup.ics', text, ifMatch(etag))).rejects.toMatchObject({ code: 'conflict' })
    expect(told(await bridge.text('standup.ics'))).toBe(before)
  })
})

describe('a change that was not finished', () => {
  it.each([
    ['DECLINED', 'decline', 'declined', 'updated'],
    ['ACCEPTED', 'accept', 'accepted', 'conflict'],
  ])('makes no event of its own when what it changed is gone (%s)', async (partstat, action, mail, end) => {
    const bridge = await start()
    const own = bridge.tenant.control.calendars()[0]?.address ?? ''
    const jun = { name: 'Jun', address: 'jun@adatum.example' }
    const time = (hour: string) => ({ dateTime: `2026-03-10T${hour}:00:00`, timeZone: 'UTC' })
    bridge.tenant.control.createEvent(
      {},
      {
        subject: 'Their meeting',
        start: time('09'),
        end: time('10'),
        organizer: { emailAddress: jun },
        isOrganizer: false,
        responseStatus: { response: 'notResponded' },
        attendees: [{ type: 'required', emailAddress: { name: '', address: own }, status: { response: 'none' } }],
      },
    )
    await bridge.round()
    const [name = ''] = bridge.names()
    const answer = `ATTENDEE;PARTSTAT=${partstat}:mailto:${own}`
    const text = (await bridge.text(name)).replaceAll('\r\n ', '').replaceAll(/^ATTENDEE.*$/gm, answer)
    bridge.tenant.faults.add({ method: 'POST', path: action, when: 'after', effect: drop })
    await expect(bridge.put(name, text, anyhow)).rejects.toMatchObject({ code: 'unavailable' })
    for (const { id } of bridge.events()) bridge.tenant.control.deleteEvent(String(id))
    const repeat = bridge.put(name, text, anyhow).then(({ kind }) => kind, codeOf)
    expect(await repeat).toBe(end)
    expect([bridge.titles(), bridge.names()]).toEqual([[], []])
    expect(bridge.tenant.outbox.map(({ kind }) => kind)).toEqual([mail])
  })
})

describe('a mailbox or calendar that Graph does not find', () => {
  it.each(['ErrorItemNotFound', 'ErrorFolderNotFound'])(
    'keeps a new event with the client, which asks again (%s)',
    async (code) => {
      const bridge = await start()
      bridge.tenant.faults.add({ method: 'POST', path: 'events$', effect: statusFault(404, { code }) })
      await expect(bridge.put('lunch.ics', lunch(), onlyNew)).rejects.toMatchObject({ code: 'unavailable' })
      await bridge.put('lunch.ics', lunch(), onlyNew)
      expect(bridge.titles()).toEqual(['Lunch'])
    },
  )

  it.each(['GET', 'PATCH'])('keeps a change with the client, which asks again (%s)', async (method) => {
    const bridge = await start()
    const { etag } = await bridge.put('lunch.ics', lunch(), onlyNew)
    bridge.tenant.faults.add({ method, effect: statusFault(404, { code: 'MailboxNotEnabledForRESTAPI' }) })
    const change = (): Promise<unknown> => bridge.put('lunch.ics', lunch('Brunch'), ifMatch(etag))
    await expect(change()).rejects.toMatchObject({ code: 'unavailable' })
    await change()
    expect(bridge.titles()).toEqual(['Brunch'])
  })
})

describe('a date that is cancelled together with a change of another', () => {
  it('stays when Graph refuses the change', async () => {
    const bridge = await start()
    const { etag } = await bridge.put('standup.ics', standup('Standup'), onlyNew)
    const before = bridge.events()
    const text = standup('Standup', later).replace(/(EXDATE.*)/, '$1,20260330T090000')
    const effect = statusFault(400, { code: 'ErrorOccurrenceCrossingBoundary' })
    bridge.tenant.faults.add({ method: 'PATCH', effect })
    await expect(bridge.put('standup.ics', text, ifMatch(etag))).rejects.toMatchObject({ code: 'unsupported' })
    expect(bridge.events()).toEqual(before)
  })

  it('stays when Graph refuses what is kept for the client', async () => {
    const bridge = await start()
    const { etag } = await bridge.put('standup.ics', standup('Standup'), onlyNew)
    const before = bridge.events()
    const text = standup('Standup')
      .replace(/(EXDATE.*)/, '$1,20260330T090000')
      .replace('END:VEVENT', 'X-CLIENT-NOTE:mine\r\nEND:VEVENT')
    bridge.tenant.faults.add({ method: 'PATCH', effect: statusFault(400) })
    await expect(bridge.put('standup.ics', text, ifMatch(etag))).rejects.toMatchObject({ code: 'unsupported' })
    expect(bridge.events()).toEqual(before)
  })
})

describe('a new series', () => {
  it('of which no date is left is refused', async () => {
    const bridge = await start()
    const dates = ['DTSTART:20260310T110000Z', 'DTEND:20260310T120000Z', 'RRULE:FREQ=DAILY;COUNT=2']
    const text = ics(['UID:none@client', ...dates, 'EXDATE:20260310T110000Z,20260311T110000Z'])
    await expect(bridge.put('none.ics', text, onlyNew)).rejects.toMatchObject({
      code: 'unsupported',
      property: 'EXDATE',
    })
    expect(bridge.titles()).toEqual([])
  })
})
