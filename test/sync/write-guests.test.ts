// Guests of a series: each change is told them once. Who is invited to single dates only hears of the whole series too (Graph
// page "Update event").
import { afterEach, describe, expect, it } from 'vitest'
import { later, standup } from './write-crashes.ts'
import { ifMatch, onlyNew, WriteRig } from './write-rig.ts'

let rig: WriteRig | undefined
afterEach(async () => {
  await rig?.stop()
  rig = undefined
})

async function withGuest(invitations: 'send' | 'never'): Promise<WriteRig> {
  rig = await WriteRig.start({ invitations })
  await rig.put('standup.ics', standup('Standup'), onlyNew)
  const [event] = rig.events()
  const attendees = [{ type: 'required', emailAddress: { name: 'Jun', address: 'jun@adatum.example' } }]
  rig.tenant.control.updateInstance(String(event?.['id']), '2026-03-16', { subject: 'With Jun', attendees })
  await rig.round()
  return rig
}

const forbidden = { code: 'forbidden' }

describe('the guests of a series', () => {
  it('hear once of a changed date, although the answer was lost', async () => {
    rig = await WriteRig.start()
    const bridge = rig
    const own = bridge.tenant.control.calendars()[0]?.address ?? ''
    const people = `ORGANIZER:mailto:${own}\r\nATTENDEE:mailto:jun@adatum.example`
    const meeting = (title: string): string =>
      standup('Standup', later)
        .replace('Late standup', title)
        .replaceAll(/(SUMMARY:.*)/g, `$1\r\n${people}`)
    const { etag } = await bridge.put('standup.ics', meeting('Late'), onlyNew)
    const before = bridge.tenant.outbox.length
    bridge.tenant.faults.add({ method: 'PATCH', when: 'after', effect: { kind: 'drop' } })
    const change = (): Promise<unknown> => bridge.put('standup.ics', meeting('Later'), ifMatch(etag))
    await expect(change()).rejects.toMatchObject({ code: 'unavailable' })
    await change()
    expect(bridge.tenant.outbox.slice(before)).toMatchObject([{ kind: 'update', instance: '2026-03-16' }])
    expect(await bridge.text('standup.ics')).toContain('SUMMARY:Later')
  })
})

describe('a series with guests of one date', () => {
  it('is neither changed nor removed where mail is switched off', async () => {
    const bridge = await withGuest('never')
    const [text, etag] = [await bridge.text('standup.ics'), await bridge.etag('standup.ics')]
    expect(text).toContain('jun@adatum.example')
    const titled = text.replace('SUMMARY:Standup', 'SUMMARY:Morning')
    await expect(bridge.put('standup.ics', titled, ifMatch(etag))).rejects.toMatchObject(forbidden)
    await expect(bridge.remove('standup.ics')).rejects.toMatchObject(forbidden)
    expect([bridge.titles(), bridge.tenant.outbox]).toEqual([['Standup'], []])
  })

  it('is removed where mail may be sent, and the journal says that it was', async () => {
    const bridge = await withGuest('send')
    await bridge.remove('standup.ics')
    expect(bridge.tenant.outbox).toMatchObject([{ kind: 'cancellation', to: ['jun@adatum.example'] }])
    expect(bridge.journal.lastOf('work', 'standup.ics')?.steps).toEqual(['remove mails-attendees'])
  })
})
