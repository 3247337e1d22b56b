// Rows of getSchedule (Graph page "scheduleInformation resource type"); the request itself: test/bridge/free-busy.test.ts.
import { describe, expect, it } from 'vitest'
import { parseSchedule } from '../../src/graph/schedule.ts'

const nine = Date.UTC(2026, 2, 2, 9)
const half = 1_800_000
const utc = (dateTime: string, timeZone = 'UTC'): object => ({ dateTime: `${dateTime}.0000000`, timeZone })
const parse = (row: Record<string, unknown>): unknown => parseSchedule(row, 'a@b.example', nine)

describe('a row', () => {
  it('has its items, in UTC', () => {
    const scheduleItems = [{ status: 'Tentative', start: utc('2026-03-02T09:00:00'), end: utc('2026-03-02T10:00:00') }]
    expect(parse({ scheduleItems, availabilityView: '0' })).toEqual({
      kind: 'known',
      address: 'a@b.example',
      items: [{ start: nine, end: nine + 2 * half, status: 'tentative' }],
    })
  })

  it('without items is read from its digits', () => {
    expect(parse({ scheduleItems: [], availabilityView: '0123?4' })).toMatchObject({
      items: [
        { start: nine + half, end: nine + 2 * half, status: 'tentative' },
        { start: nine + 2 * half, status: 'busy' },
        { start: nine + 3 * half, status: 'oof' },
        { start: nine + 4 * half, status: 'unknown' },
        { start: nine + 5 * half, status: 'workingElsewhere' },
      ],
    })
    expect(parse({})).toMatchObject({ kind: 'known', items: [] })
  })

  it.each([
    ['an error', { error: { responseCode: 'ErrorNoFreeBusyAccess' } }, 'ErrorNoFreeBusyAccess'],
    ['an error without a code', { error: { message: 'no' } }, ''],
    ['an item without an end', { scheduleItems: [{ status: 'busy', start: utc('2026-03-02T09:00:00') }] }, ''],
    [
      'an item in another zone than was asked for',
      {
        scheduleItems: [
          { status: 'busy', start: utc('2026-03-02T09:00:00', 'X'), end: utc('2026-03-02T10:00:00', 'X') },
        ],
      },
      '',
    ],
  ])('with %s is failed', (_, row, code) => {
    expect(parse(row)).toEqual({ kind: 'failed', address: 'a@b.example', code })
  })
})
