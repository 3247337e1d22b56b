import { describe, expect, it } from 'vitest'
import { keptPropertyIds } from '../../src/graph/extended-properties.ts'
import { parseEvent } from '../../src/graph/parse-event.ts'
import { parseDeltaRow, parseKept, parsePage } from '../../src/graph/parse.ts'
import { parseRecurrence } from '../../src/graph/parse-recurrence.ts'

const times = {
  start: { dateTime: '2026-03-03T09:00:00.0000000', timeZone: 'UTC' },
  end: { dateTime: '2026-03-03T10:00:00.0000000', timeZone: 'UTC' },
}
const full = {
  '@odata.etag': 'W/"key=="',
  id: 'A=',
  type: 'singleInstance',
  subject: 'Budget review',
  isAllDay: false,
  body: { contentType: 'html', content: '<p>Numbers</p>' },
  lastModifiedDateTime: '2026-02-24T14:03:07.118Z',
  ...times,
}

describe('a delta row', () => {
  it('that is complete is an event', () => {
    expect(parseDeltaRow(full)).toMatchObject({
      kind: 'event',
      event: { id: 'A=', changeKey: 'key==', subject: 'Budget review' },
    })
  })

  it('of an occurrence is a stub of its series, however much it holds', () => {
    const stub = { id: 'O=', type: 'occurrence', seriesMasterId: 'M=', ...times }
    expect(parseDeltaRow(stub)).toEqual({ kind: 'stub', id: 'O=', type: 'occurrence', seriesMasterId: 'M=' })
    expect(parseDeltaRow({ ...full, ...stub })).toMatchObject({ kind: 'stub' })
  })

  it.each(['subject', 'isAllDay', 'body', 'start', 'end', 'lastModifiedDateTime', 'type'])(
    'without %s is a stub: its event is read by itself',
    (name) => {
      const { [name]: _, ...rest } = full as Record<string, unknown>
      expect(parseDeltaRow(rest)).toEqual({ kind: 'stub', id: 'A=', type: 'singleInstance', seriesMasterId: null })
    },
  )

  it('of events/delta is a stub, its capitalised times included', () => {
    const row = {
      id: 'M=',
      type: 'seriesMaster',
      start: { DateTime: '2026-01-05T08:30:00', TimeZone: 'UTC' },
      end: null,
    }
    expect(parseDeltaRow(row)).toEqual({ kind: 'stub', id: 'M=', type: 'seriesMaster', seriesMasterId: null })
  })

  it.each(['deleted', 'changed', undefined])('with @removed, reason %s, is a removal', (reason) => {
    expect(parseDeltaRow({ id: 'A=', '@removed': { reason } })).toEqual({ kind: 'removed', id: 'A=' })
  })

  it.each([null, 7, 'x', [], {}, { id: '' }, { id: 5 }, { subject: 'x' }])(
    '%j is named unusable, not a crash',
    (row) => {
      expect(parseDeltaRow(row)).toMatchObject({ kind: 'unusable', id: '' })
    },
  )

  it('with a start in year 1 is unusable and says which', () => {
    const row = { ...full, start: { dateTime: '0001-01-01T00:00:00.0000000Z', timeZone: 'tzone://Microsoft/Utc' } }
    expect(parseDeltaRow(row)).toEqual({ kind: 'unusable', id: 'A=', reason: 'it has no start' })
  })
})

describe('an event', () => {
  const parsed = (row: unknown) => {
    const found = parseEvent(row)
    if (found.kind !== 'event') throw new Error(found.reason)
    return found.event
  }

  it('with nothing but id and times has neutral values everywhere', () => {
    expect(parsed({ id: 'A=', ...times })).toEqual({
      id: 'A=',
      changeKey: '',
      type: 'singleInstance',
      iCalUId: null,
      seriesMasterId: null,
      originalStart: null,
      subject: null,
      bodyContentType: 'html',
      body: '',
      ...times,
      isAllDay: false,
      isCancelled: false,
      isOrganizer: true,
      responseRequested: true,
      allowNewTimeProposals: true,
      responseStatus: 'none',
      showAs: 'unknown',
      sensitivity: 'normal',
      importance: 'normal',
      categories: [],
      isReminderOn: false,
      reminderMinutesBeforeStart: 0,
      hasAttachments: false,
      originalStartTimeZone: '',
      originalEndTimeZone: '',
      recurrence: null,
      location: null,
      locations: [],
      attendees: [],
      organizer: null,
      webLink: null,
      joinUrl: null,
      createdDateTime: '0001-01-01T00:00:00Z',
      lastModifiedDateTime: '0001-01-01T00:00:00Z',
    })
  })

  it('whose members are all null, or all of a wrong type, is the same', () => {
    const bare = parsed({ id: 'A=', ...times })
    const names = Object.keys(bare).filter((name) => !['id', 'start', 'end', 'recurrence'].includes(name))
    for (const wrong of [null, 5, 'no such word', [5], { x: 1 }]) {
      const row = { ...Object.fromEntries(names.map((name) => [name, wrong])), id: 'A=', ...times }
      expect(() => parseEvent(row)).not.toThrow()
      expect(parseEvent(row).kind).toBe('event')
    }
    expect(parsed({ ...Object.fromEntries(names.map((name) => [name, null])), id: 'A=', ...times })).toEqual(bare)
  })

  it('reads people, places and meetings', () => {
    const event = parsed({
      ...full,
      attendees: [
        {
          type: 'optional',
          status: { response: 'accepted', time: 'x' },
          emailAddress: { name: 'Noor', address: 'noor@fabrikam.example' },
        },
        { emailAddress: { name: 'Nobody' } },
        null,
      ],
      organizer: { emailAddress: { name: 'Mara', address: 'mara@fabrikam.example' } },
      location: { displayName: 'Chapel', coordinates: { latitude: 47.6105, longitude: -122.321 } },
      locations: [{ displayName: 'Chapel' }, { coordinates: {} }],
      responseStatus: { response: 'organizer', time: '0001-01-01T00:00:00Z' },
      onlineMeeting: { joinUrl: 'https://teams.example/join' },
      categories: ['Blue category', 7],
      showAs: 'WorkingElsewhere',
    })
    expect(event.attendees).toEqual([
      { type: 'optional', response: 'accepted', emailAddress: { name: 'Noor', address: 'noor@fabrikam.example' } },
      { type: 'required', response: 'none', emailAddress: { name: 'Nobody', address: '' } },
    ])
    expect(event.organizer?.address).toBe('mara@fabrikam.example')
    expect(event.location).toEqual({ displayName: 'Chapel', latitude: 47.6105, longitude: -122.321 })
    expect(event.locations[1]).toEqual({ displayName: '', latitude: null, longitude: null })
    expect([event.responseStatus, event.joinUrl, event.categories, event.showAs]).toEqual([
      'organizer',
      'https://teams.example/join',
      ['Blue category'],
      'workingElsewhere',
    ])
  })

  it.each([
    ['a series without a rule', { type: 'seriesMaster' }, 'it is a series without a rule'],
    ['no end', { end: null }, 'it has no end'],
    ['a month 13', { start: { dateTime: '2026-13-03T09:00:00', timeZone: 'UTC' } }, 'it has no start'],
    ['text for a time', { start: { dateTime: 'tomorrow', timeZone: 'UTC' } }, 'it has no start'],
  ])('with %s is unusable', (_, changes, reason) => {
    expect(parseEvent({ id: 'A=', ...times, ...changes })).toEqual({ kind: 'unusable', id: 'A=', reason })
  })

  it('loses a Z that a time should not have', () => {
    expect(
      parsed({ id: 'A=', ...times, start: { dateTime: '2026-03-03T09:00:00.0000000Z', timeZone: '' } }).start,
    ).toEqual({
      dateTime: '2026-03-03T09:00:00.0000000',
      timeZone: 'UTC',
    })
  })
})

describe('a recurrence', () => {
  const pattern = {
    type: 'weekly',
    interval: 1,
    daysOfWeek: ['Monday', 'wednesday', 'someday'],
    firstDayOfWeek: 'monday',
  }
  const range = { type: 'endDate', startDate: '2026-01-05', endDate: '2026-06-30' }

  it('is filled up with neutral values, days in any case, unknown ones left out', () => {
    expect(parseRecurrence({ pattern, range })).toEqual({
      pattern: {
        type: 'weekly',
        interval: 1,
        month: 0,
        dayOfMonth: 0,
        daysOfWeek: ['monday', 'wednesday'],
        firstDayOfWeek: 'monday',
        index: 'first',
      },
      range: { ...range, recurrenceTimeZone: '', numberOfOccurrences: 0 },
    })
  })

  it.each([
    null,
    {},
    { pattern },
    { range },
    { pattern: { ...pattern, type: 'hourly' }, range },
    { pattern, range: { type: 'noEnd' } },
  ])('%j is none', (value) => {
    expect(parseRecurrence(value)).toBeNull()
  })
})

describe('our own properties', () => {
  it('are found whatever the case of their ids', () => {
    const row = {
      singleValueExtendedProperties: [
        { id: keptPropertyIds.uid.toUpperCase(), value: 'a@b' },
        { id: keptPropertyIds.name, value: 'a.ics' },
        { id: 'String {00000000-0000-0000-0000-000000000000} Name graphdav-kept', value: 'somebody else' },
        null,
      ],
    }
    expect(parseKept(row)).toEqual({ uid: 'a@b', name: 'a.ics', values: null })
  })

  it.each([null, {}, { singleValueExtendedProperties: null }])('of %j are none', (row) => {
    expect(parseKept(row)).toEqual({ uid: null, name: null, values: null })
  })
})

describe('a page', () => {
  it.each([undefined, null, [], {}, { value: null }, { value: {} }, 'x'])(
    '%j is never taken for an empty one',
    (body) => {
      expect(() => parsePage(body, 'r-1')).toThrow(/r-1/)
    },
  )

  it('may be empty', () => {
    expect(parsePage({ value: [], '@odata.nextLink': 'x' }, 'r-1')).toEqual({
      rows: [],
      nextLink: 'x',
      deltaLink: null,
    })
  })
})
