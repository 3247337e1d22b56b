// What a VEVENT means beside the event as Graph has it: several Graph values share one iCalendar value, and what the person
// did not change stays Graph's own.
import { describe, expect, it } from 'vitest'
import { availabilityToGraph, availabilityToIcal, showAsTable } from '../../src/convert/availability.ts'
import { bodyToGraph, bodyToIcal } from '../../src/convert/body.ts'
import { importanceToGraph, sensitivityToGraph } from '../../src/convert/classification.ts'
import { counterToGraph } from '../../src/convert/event.ts'
import { ownAnswerOf, peopleToGraph } from '../../src/convert/people-to-graph.ts'
import { placesToGraph } from '../../src/convert/places.ts'
import { chosenAlarm, reminderToGraph } from '../../src/convert/reminder-to-graph.ts'
import type { GraphShowAs } from '../../src/graph/types.ts'
import { zonesOf } from '../../src/ical/instant.ts'
import type { Component } from '../../src/ical/object.ts'
import { parseObject } from '../../src/ical/parse.ts'
import { component, parameterOf } from '../../src/ical/text.ts'
import { graphEvent, type EventFields } from './graph-events.ts'

const zones = zonesOf([], 'Europe/Berlin')

function eventOf(...lines: readonly string[]): Component {
  const event = [
    'BEGIN:VEVENT',
    'UID:1',
    'DTSTAMP:20260301T000000Z',
    'DTSTART:20260302T090000Z',
    ...lines,
    'END:VEVENT',
  ]
  const text = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:x', ...event, 'END:VCALENDAR', ''].join('\r\n')
  return parseObject(text).master ?? component('VEVENT', [])
}

const beside = (fields?: EventFields) => ({
  zones,
  current: fields && graphEvent(fields),
  onLoss: () => undefined,
})

describe('showAs', () => {
  it.each(showAsTable)('$showAs comes back as it was', ({ showAs }) => {
    const event = component('VEVENT', availabilityToIcal(graphEvent({ showAs })))
    expect(availabilityToGraph(event, beside({ showAs }))).toEqual({ showAs })
  })

  const busy = 'X-MICROSOFT-CDO-BUSYSTATUS'
  it.each<[GraphShowAs, readonly string[], GraphShowAs]>([
    ['oof', ['TRANSP:OPAQUE'], 'oof'],
    ['oof', [], 'oof'],
    ['oof', ['TRANSP:TRANSPARENT', `${busy}:OOF`], 'free'],
    ['free', ['TRANSP:OPAQUE', `${busy}:FREE`], 'busy'],
    ['free', ['TRANSP:TRANSPARENT', `${busy}:TENTATIVE`], 'tentative'],
    ['free', ['TRANSP:OPAQUE', 'STATUS:TENTATIVE'], 'tentative'],
    ['busy', ['STATUS:TENTATIVE'], 'tentative'],
    ['tentative', ['STATUS:CONFIRMED', 'TRANSP:OPAQUE'], 'busy'],
    ['tentative', ['TRANSP:OPAQUE'], 'tentative'],
    ['workingElsewhere', ['STATUS:CONFIRMED', 'TRANSP:OPAQUE'], 'workingElsewhere'],
    ['busy', [`${busy}:nonsense`], 'busy'],
  ])('%s and %j make %s', (now, lines, showAs) => {
    expect(availabilityToGraph(eventOf(...lines), beside({ showAs: now }))).toEqual({ showAs })
  })
})

describe('sensitivity and importance', () => {
  it('PRIVATE leaves personal what it is', () => {
    expect(sensitivityToGraph(eventOf('CLASS:PRIVATE'), beside({ sensitivity: 'personal' }))).toEqual({
      sensitivity: 'personal',
    })
  })

  it('a CLASS or PRIORITY that is not there leaves both as they are', () => {
    expect(sensitivityToGraph(eventOf(), beside({ sensitivity: 'confidential' }))).toEqual({
      sensitivity: 'confidential',
    })
    expect(importanceToGraph(eventOf(), beside({ importance: 'high' }))).toEqual({ importance: 'high' })
  })

  it.each([
    [0, 'normal'],
    [1, 'high'],
    [4, 'high'],
    [5, 'normal'],
    [6, 'low'],
    [9, 'low'],
  ])('priority %i is %s', (priority, importance) => {
    expect(importanceToGraph(eventOf(`PRIORITY:${priority}`), beside({ importance: 'low' }))).toEqual({ importance })
  })

  it('whether another time may be proposed stays as it is when nothing is said', () => {
    expect(counterToGraph(eventOf(), beside({ allowNewTimeProposals: false }))).toEqual({
      allowNewTimeProposals: false,
    })
    expect(
      counterToGraph(eventOf('X-MICROSOFT-DISALLOW-COUNTER:FALSE'), beside({ allowNewTimeProposals: false })),
    ).toEqual({
      allowNewTimeProposals: true,
    })
  })
})

describe('the body', () => {
  const current = { body: '<p>One <b>two</b></p>' }
  const html = (text: string): string => `X-ALT-DESC;FMTTYPE=text/html:${text}`

  it('stays HTML when the text is the one that was served', () => {
    expect(bodyToGraph(eventOf('DESCRIPTION:One two'), beside(current)).body).toEqual({
      contentType: 'html',
      content: '<p>One <b>two</b></p>',
    })
  })

  it('is the new text when a client kept the old HTML beside it', () => {
    expect(bodyToGraph(eventOf('DESCRIPTION:Three', html('<p>One <b>two</b></p>')), beside(current)).body).toEqual({
      contentType: 'text',
      content: 'Three',
    })
  })

  it('is the new text also when the old HTML stands in ALTREP, without its frame', () => {
    const kept = eventOf(`DESCRIPTION;ALTREP="data:text/html,${encodeURIComponent(current.body)}":Three`)
    const framed = { body: `<html><body>${current.body}</body></html>` }
    expect(bodyToGraph(kept, beside(framed)).body).toEqual({ contentType: 'text', content: 'Three' })
  })

  it('is the new HTML when that changed', () => {
    expect(bodyToGraph(eventOf('DESCRIPTION:One', html('<p>One</p>')), beside(current)).body).toEqual({
      contentType: 'html',
      content: '<p>One</p>',
    })
  })

  it('is the whole document where the same HTML stands there without its head', () => {
    const whole = '<html><head><style>p {}</style></head><body><p class="x"><b>One</b></p></body></html>'
    const inside = encodeURIComponent('<p class="x"><b>One</b></p>')
    const copied = eventOf(`DESCRIPTION;ALTREP="data:text/html,${inside}":One`, html(whole))
    expect(bodyToGraph(copied, beside()).body).toEqual({ contentType: 'html', content: whole })
  })

  it('is emptied when the description is gone', () => {
    expect(bodyToGraph(eventOf(), beside(current)).body).toEqual({ contentType: 'text', content: '' })
  })
})

describe('the join block of a meeting', () => {
  const joinUrl = 'https://teams.microsoft.com/l/meetup-join/1?a=b&c=d'
  const block = (link: string, below = ''): string =>
    `<div>${'_'.repeat(40)}</div><p><a href="${joinUrl.replace('&', '&amp;')}"${link}>Join</a>${below}</p>`
  const meeting = beside({ joinUrl, body: `<html><body><p>One</p>${block(' style="color:red"')}</body></html>` })
  const written = (html: string): string | undefined =>
    bodyToGraph(eventOf(`DESCRIPTION;ALTREP="data:text/html,${encodeURIComponent(html)}":x`), meeting).body?.content

  it('keeps its look where a client gives back its words', () => {
    expect(written(`<p>Two</p>${block('')}`)).toBe(`<p>Two</p>${block(' style="color:red"')}`)
    expect(written(`<body><p>$&</p>${block('')}</body>`)).toBe(`<body><p>$&</p>${block(' style="color:red"')}</body>`)
  })

  it('is what the client made of it where that says something else', () => {
    expect(written(`<p>Two</p>${block('', ' and call')}`)).toBe(`<p>Two</p>${block('', ' and call')}`)
    expect(written(`<p>Two ${joinUrl}</p>`)).toBe(`<p>Two ${joinUrl}</p>`)
  })
})

describe('the HTML of a body in ALTREP', () => {
  const shown = (body: string): string | undefined => {
    const [description, alternative] = bodyToIcal(graphEvent({ body }))
    expect([description?.name, alternative?.name]).toEqual(['DESCRIPTION', 'X-ALT-DESC'])
    return description && parameterOf(description, 'ALTREP')
  }

  it('is percent-encoded, which Thunderbird decodes: the inside of the body', () => {
    const body =
      '<html><head><title>t</title></head><body>\r\n<!-- n --><b class="x">50 %, "ü"; ^\u0007</b></body></html>'
    const inside = '%3Cb%20class%3D%22x%22%3E50%20%25%2C%20%22%C3%BC%22%3B%20%5E%3C%2Fb%3E'
    expect(shown(body)).toBe(`data:text/html,${inside}`)
  })

  it('is given whatever characters it has', () => {
    expect(shown('<b>\ud83d\ude00 \ud83d</b>')).toBe('data:text/html,%3Cb%3E%F0%9F%98%80%20%3C%2Fb%3E')
  })

  it('is left out where that would be long: nine characters for each Chinese one', () => {
    expect(shown(`<b>${'\u4e2d'.repeat(5300)}</b>`)?.length).toBeGreaterThan(47_000)
    expect(shown(`<b>${'\u4e2d'.repeat(5400)}</b>`)).toBe(undefined)
  })

  it('is left out where it says no more than the text', () => {
    expect(bodyToIcal(graphEvent({ body: '<div><span>One</span></div>' }))).toEqual([
      { name: 'DESCRIPTION', parameters: [], value: 'One' },
    ])
  })
})

describe('the place', () => {
  const place = { displayName: 'Here', latitude: 52.5, longitude: 13.25 }
  const current = { location: { displayName: 'Here', latitude: null, longitude: null }, locations: [place] }
  const here = { latitude: 52.5, longitude: 13.25 }

  it('keeps its coordinates when a client does not know them', () => {
    expect(placesToGraph(eventOf('LOCATION:Here'), beside(current)).location).toEqual({
      displayName: 'Here',
      coordinates: here,
    })
  })

  it('loses them when only its name is another', () => {
    expect(placesToGraph(eventOf('LOCATION:There', 'GEO:52.5;13.25'), beside(current)).location).toEqual({
      displayName: 'There',
    })
    expect(placesToGraph(eventOf('LOCATION:There'), beside(current)).location).toEqual({ displayName: 'There' })
  })

  it('takes new ones', () => {
    expect(placesToGraph(eventOf('LOCATION:There', 'GEO:1;2'), beside(current)).location).toEqual({
      displayName: 'There',
      coordinates: { latitude: 1, longitude: 2 },
    })
  })
})

describe('people', () => {
  const attendees = [
    { type: 'required', response: 'none', emailAddress: { name: 'Noor Haddad', address: 'Noor@fabrikam.example' } },
    { type: 'required', response: 'none', emailAddress: { name: 'Nobody', address: '' } },
    { type: 'required', response: 'none', emailAddress: { name: 'Mara Lindqvist', address: 'mara@fabrikam.example' } },
  ] as const
  const organizer = 'ORGANIZER:mailto:mara@fabrikam.example'

  it('are as Graph spells them where it has them, the organizer and who has no address too', () => {
    const event = eventOf(
      organizer,
      'ATTENDEE;CN=N. Haddad:mailto:noor@fabrikam.example',
      'ATTENDEE;CN=Nobody:invalid:Nobody',
      'ATTENDEE:mailto:mara@fabrikam.example',
    )
    const found = peopleToGraph(event, beside({ attendees })).attendees ?? []
    expect(found.map(({ emailAddress }) => emailAddress.name).sort()).toEqual(
      ['Mara Lindqvist', 'Noor Haddad', 'Nobody'].sort(),
    )
    expect(found.every((attendee) => !('response' in attendee))).toBe(true)
  })

  it('whom the client mails itself stay invited when Graph has them, and are left out when not', () => {
    const event = eventOf(
      organizer,
      'ATTENDEE;SCHEDULE-AGENT=CLIENT:mailto:noor@fabrikam.example',
      'ATTENDEE;SCHEDULE-AGENT=NONE:mailto:new@fabrikam.example',
    )
    const found = peopleToGraph(event, beside({ attendees })).attendees ?? []
    expect(found.map(({ emailAddress }) => emailAddress.address)).toEqual(['Noor@fabrikam.example'])
  })

  it.each([
    ['ACCEPTED', 'accepted'],
    ['TENTATIVE', 'tentativelyAccepted'],
    ['DECLINED', 'declined'],
    ['NEEDS-ACTION', undefined],
    ['DELEGATED', undefined],
  ])('own PARTSTAT %s is the answer %s', (partstat, answer) => {
    const event = eventOf(`ATTENDEE;PARTSTAT=${partstat}:MAILTO:Noor@Fabrikam.example`)
    expect(ownAnswerOf(event, ['noor@fabrikam.example'])).toBe(answer)
    expect(ownAnswerOf(event, ['mara@fabrikam.example'])).toBeUndefined()
  })
})

describe('the reminder', () => {
  const alarm = (trigger: string, action = 'DISPLAY'): readonly string[] => [
    'BEGIN:VALARM',
    `ACTION:${action}`,
    trigger,
    'DESCRIPTION:x',
    'END:VALARM',
  ]

  it('is the last alarm before the start', () => {
    const event = eventOf(
      ...alarm('TRIGGER:-P1D'),
      ...alarm('TRIGGER:-PT15M', 'AUDIO'),
      ...alarm('TRIGGER:-PT5M', 'EMAIL'),
    )
    expect(reminderToGraph(event, beside())).toEqual({ isReminderOn: true, reminderMinutesBeforeStart: 15 })
    expect(chosenAlarm(event, zones, undefined)?.alarm).toBe(event.components[1])
  })

  it('after the start stays when Graph has it', () => {
    const event = eventOf(...alarm('TRIGGER:PT9H'))
    expect(reminderToGraph(event, beside({ isReminderOn: true, reminderMinutesBeforeStart: -540 }))).toEqual({
      isReminderOn: true,
      reminderMinutesBeforeStart: -540,
    })
    expect(reminderToGraph(event, beside({ isReminderOn: true, reminderMinutesBeforeStart: 15 }))).toEqual({
      isReminderOn: false,
    })
  })

  it('is off without an alarm', () => {
    expect(reminderToGraph(eventOf(), beside({ isReminderOn: true }))).toEqual({ isReminderOn: false })
  })
})
