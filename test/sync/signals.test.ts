import { describe, expect, it } from 'vitest'
import { parseDeltaRow } from '../../src/graph/parse.ts'
import { mergeSignals, pageSignals, type Signals } from '../../src/sync/signals.ts'

const full = (id: string, changes: object = {}): object => ({
  id,
  type: 'singleInstance',
  subject: id,
  isAllDay: false,
  body: { contentType: 'html', content: '' },
  start: { dateTime: '2026-03-03T09:00:00', timeZone: 'UTC' },
  end: { dateTime: '2026-03-03T10:00:00', timeZone: 'UTC' },
  lastModifiedDateTime: '2026-02-24T14:03:07Z',
  ...changes,
})
const removed = (id: string): object => ({ id, '@removed': { reason: 'deleted' } })
const merged = (...pages: readonly (readonly object[])[]): Signals =>
  mergeSignals(pages.map((rows) => pageSignals(rows.map(parseDeltaRow))))

describe('the rows of a chain', () => {
  it('mark a series dirty by its master, its occurrences and its exceptions alike', () => {
    const found = merged([
      full('M', {
        type: 'seriesMaster',
        recurrence: { pattern: { type: 'daily', interval: 1 }, range: { type: 'noEnd', startDate: '2026-03-03' } },
      }),
      { id: 'O', type: 'occurrence', seriesMasterId: 'N' },
      full('E', { type: 'exception', seriesMasterId: 'P' }),
      { id: 'S', type: 'seriesMaster' },
    ])
    expect([...found.series]).toEqual(['M', 'N', 'P', 'S'])
    expect([...found.exceptions.keys()]).toEqual(['E'])
    expect([...found.singles.keys(), ...found.unread]).toEqual([])
  })

  it('that repeat count by their latest change, then by their order', () => {
    const [old, fresh] = [
      full('A', { subject: 'old' }),
      full('A', { subject: 'new', lastModifiedDateTime: '2026-02-25T00:00:00.1234567Z' }),
    ]
    for (const rows of [[[old, fresh]], [[fresh], [old]], [[fresh, old]]]) {
      expect(merged(...rows).singles.get('A')?.subject).toBe('new')
    }
    expect(
      merged([full('A', { subject: 'first' })], [full('A', { subject: 'second' })]).singles.get('A')?.subject,
    ).toBe('second')
  })

  it('that say both there and removed are in doubt, in whatever order', () => {
    for (const pages of [[[full('A'), removed('A')]], [[removed('A')], [full('A')]]]) {
      const found = merged(...pages)
      expect([[...found.contradictory], [...found.removed], [...found.singles.keys()]]).toEqual([['A'], [], []])
    }
  })

  it('that are not complete are read, once', () => {
    const found = merged([{ id: 'A', type: 'singleInstance' }, full('A'), { id: 'O', type: 'occurrence' }, {}])
    expect([[...found.unread], [...found.singles.keys()], found.nameless]).toEqual([['A', 'O'], [], 1])
  })

  it('of what became a series are read as one', () => {
    const found = merged([full('A')], [{ id: 'O', type: 'occurrence', seriesMasterId: 'A' }])
    expect([[...found.series], [...found.singles.keys()]]).toEqual([['A'], []])
  })
})
