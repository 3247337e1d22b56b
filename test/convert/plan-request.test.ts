// Deleting, who hears of what, and what is left of a plan that was begun.
import { describe, expect, it } from 'vitest'
import { planDelete } from '../../src/convert/plan.ts'
import { isPersonal, remainingRequests, type GraphRequest } from '../../src/convert/plan-request.ts'
import { graphSeries, type EventFields } from './graph-events.ts'
import { plainContext } from './write-cases.ts'

const noor = {
  type: 'required',
  response: 'none',
  emailAddress: { name: 'Noor', address: 'noor@fabrikam.example' },
} as const
const mara = {
  type: 'required',
  response: 'none',
  emailAddress: { name: 'Mara', address: 'mara@fabrikam.example' },
} as const
const invitation: EventFields = { isOrganizer: false, attendees: [mara, noor], responseStatus: 'notResponded' }

function summary(main: EventFields, context: Partial<typeof plainContext> = {}): readonly string[] {
  const { requests } = planDelete([graphSeries({ main })], { ...plainContext, ...context })
  return requests.map(
    (request) => `${request.kind}${request.kind === 'respond' ? ` ${request.answer}` : ''}: ${request.effect}`,
  )
}

describe('planDelete', () => {
  it('removes an event of one’s own in silence', () => {
    expect(summary({})).toEqual(['remove: silent'])
  })

  it('cancels a meeting, which mails its attendees', () => {
    expect(summary({ attendees: [noor] })).toEqual(['remove: mails-attendees'])
  })

  it('declines an invitation and removes it', () => {
    expect(summary(invitation)).toEqual(['respond decline: answers-organizer', 'remove: silent'])
  })

  it.each<[string, EventFields, Partial<typeof plainContext>]>([
    ['was declined before', { ...invitation, responseStatus: 'declined' }, {}],
    ['was cancelled by its organizer', { ...invitation, isCancelled: true }, {}],
    ['wants no response', { ...invitation, responseRequested: false }, {}],
    ['is deleted with Schedule-Reply: F', invitation, { mayReply: false }],
    ['is in a calendar that never mails', invitation, { invitations: 'never' }],
  ])('only removes an invitation that %s', (_, main, context) => {
    expect(summary(main, context)).toEqual(['remove: silent'])
  })

  it('refuses to cancel a meeting where attendees may not be mailed', () => {
    for (const invitations of ['respond-only', 'never'] as const) {
      expect(() => summary({ attendees: [noor] }, { invitations })).toThrow(
        expect.objectContaining({ code: 'forbidden', message: expect.stringContaining('switched off') as string }),
      )
    }
  })

  it('removes each of several single dates of somebody’s series', () => {
    const group = ['a', 'b'].map((id) => graphSeries({ main: { ...invitation, id } }))
    const { requests } = planDelete(group, plainContext)
    expect(requests.map((request) => 'target' in request && request.target.event)).toEqual(['a', 'a', 'b', 'b'])
  })
})

describe('a personal change', () => {
  it('is one of reminder, categories and busy status', () => {
    expect(isPersonal({ isReminderOn: false, categories: [], showAs: 'free' })).toBe(true)
    for (const body of [
      { subject: 'x' },
      { location: { displayName: '' } },
      { attendees: [] },
      { importance: 'low' as const },
    ]) {
      expect(isPersonal({ ...body, isReminderOn: true })).toBe(false)
    }
  })
})

describe('remainingRequests', () => {
  const target = { event: 'a' }
  const slot = { event: 'a', slot: { originalStart: '2026-03-09T08:30:00Z', day: '2026-03-09' } }
  const title: GraphRequest = { kind: 'patch', effect: 'silent', target, body: { subject: 'x' } }

  it('leaves out what is done, also as part of a longer request', () => {
    const longer: GraphRequest = { ...title, body: { subject: 'x', isReminderOn: true }, kept: { values: '{}' } }
    expect(remainingRequests([title], [longer])).toEqual([])
    expect(remainingRequests([longer], [title])).toEqual([
      { ...title, body: { isReminderOn: true }, kept: { values: '{}' } },
    ])
  })

  it('keeps the same change of another event, and another value for the same event', () => {
    const elsewhere: GraphRequest = { ...title, target: slot }
    const other: GraphRequest = { ...title, body: { subject: 'y' } }
    expect(remainingRequests([elsewhere, other], [title])).toEqual([elsewhere, other])
  })

  it('leaves out removals and answers that are done', () => {
    const removal: GraphRequest = { kind: 'remove', effect: 'silent', target: slot }
    const answer: GraphRequest = {
      kind: 'respond',
      effect: 'silent',
      target,
      answer: 'accept',
      comment: '',
      sendResponse: false,
    }
    expect(remainingRequests([removal, answer], [answer])).toEqual([removal])
    expect(remainingRequests([removal], [removal])).toEqual([])
  })

  it('survives the journal: a request is JSON', () => {
    const stored = JSON.parse(JSON.stringify([title])) as readonly GraphRequest[]
    expect(remainingRequests([title], stored)).toEqual([])
  })
})
