// The mirror of one calendar: what is published, what moves the change log, and what does not.
import { describe, expect, it } from 'vitest'
import { silentLog } from '../../src/base/log.ts'
import { ownUid } from '../../src/mirror/identity.ts'
import { Mirror, type Cursor } from '../../src/mirror/mirror.ts'
import { FileStore } from '../../src/store/file.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { tombstoneRetentionMs } from '../../src/store/store.ts'
import { CrashFiles } from '../store/crash-files.ts'
import { StandingClock } from '../store/records.ts'
import { binding, openMirror, published, render, seriesOf, uidsOf } from './series.ts'

const cursor: Cursor = {
  link: 'https://graph.example/delta',
  track: 'window',
  window: { start: '2026-01-01T00:00:00Z', end: '2028-01-01T00:00:00Z' },
  startedAt: 5,
}

describe('a new mirror', () => {
  it('is not ready until something brought it in step', async () => {
    const mirror = await openMirror()
    expect(mirror.state()).toMatchObject({
      revision: 0,
      binding: null,
      cursor: null,
      lastInStep: undefined,
      isReady: false,
    })
    await mirror.apply({ upserts: [seriesOf('a')] })
    expect(mirror.state().isReady).toBe(false)
    await mirror.apply({ cursor, inStepAt: 7 })
    expect(mirror.state()).toMatchObject({ isReady: true, lastInStep: 7, cursor, window: cursor.window })
  })

  it('has an epoch of 96 random bits', async () => {
    const [one, other] = [(await openMirror()).state(), (await openMirror()).state()]
    expect(one.syncToken).toMatch(/^urn:graphdav:sync:[0-9a-f]{24}:0$/)
    expect(one.epoch).not.toBe(other.epoch)
  })
})

describe('apply', () => {
  it('publishes a series under its UID and tells what changed', async () => {
    const mirror = await openMirror()
    const before = mirror.state().syncToken
    const applied = await mirror.apply({ upserts: [seriesOf('a', { iCalUId: 'A' }), seriesOf('b', { iCalUId: 'B' })] })
    expect(applied).toEqual({ changed: 2, removed: 0, unchanged: 0, skipped: [], revision: 1 })
    expect(uidsOf(mirror)).toEqual(['A', 'B'])
    const [resource] = await mirror.read([mirror.list()[0]?.name ?? ''])
    expect(resource?.text).toContain('UID:A\r\n')
    expect(resource?.size).toBe(Buffer.byteLength(resource?.text ?? ''))
    expect(resource?.etag).toMatch(/^[0-9a-f]{32}$/)
    expect(mirror.changesSince(before)).toMatchObject({ changed: mirror.list(), removed: [] })
    expect(mirror.counts()).toEqual({ events: 2, resources: 2, failures: 0 })
  })

  it('the same again changes nothing: no revision, no etag, no generation', async () => {
    const store = MemoryStore.create(new StandingClock())
    const mirror = await openMirror({ store })
    const application = { upserts: [seriesOf('a'), seriesOf('b')], removals: ['c'], cursor, inStepAt: 7 }
    await mirror.apply(application)
    const before = [mirror.state(), mirror.list(), await store.head('work')]
    expect(await mirror.apply(application)).toMatchObject({ changed: 0, removed: 0, unchanged: 2, revision: 1 })
    expect([mirror.state(), mirror.list(), await store.head('work')]).toEqual(before)
  })

  it('a change that only stamps show moves neither etag nor revision, but is known', async () => {
    const mirror = await openMirror()
    await mirror.apply({ upserts: [seriesOf('a')] })
    const before = mirror.list()
    const touched = seriesOf('a', { changeKey: 'change 2', modified: '2026-05-05T00:00:00Z' })
    expect(await mirror.apply({ upserts: [touched] })).toMatchObject({ changed: 0, unchanged: 1, revision: 1 })
    expect(mirror.list()).toEqual(before)
    expect(mirror.keys().get('a')?.changeKey).toBe('change 2')
    expect(await mirror.series('a')).toEqual(touched)
  })

  it('a real change gives another etag and moves the change log by one for all that changed', async () => {
    const mirror = await openMirror()
    await mirror.apply({ upserts: ['a', 'b', 'c'].map((key) => seriesOf(key)) })
    const token = mirror.state().syncToken
    const before = new Map(mirror.list().map(({ uid, etag }) => [uid, etag]))
    await mirror.apply({ upserts: [seriesOf('a', { subject: 'new' }), seriesOf('b', { subject: 'new' })] })
    const changes = mirror.changesSince(token)
    const changed = changes.kind === 'changes' ? changes.changed : []
    expect(changed.map(({ uid }) => uid)).toEqual(['uid-of-a', 'uid-of-b'])
    for (const { uid, etag } of changed) expect(etag).not.toBe(before.get(uid))
    expect(mirror.state().revision).toBe(2)
  })

  it('of a key given twice the last one counts, and an upsert counts more than a removal', async () => {
    const mirror = await openMirror()
    const upserts = [seriesOf('a', { subject: 'first' }), seriesOf('a', { subject: 'last' })]
    await mirror.apply({ upserts, removals: ['a'] })
    expect((await published(mirror)).map(([, , text]) => text)).toEqual([expect.stringContaining('SUMMARY:last')])
  })

  it('a removal leaves a tombstone; an unknown key is nothing', async () => {
    const mirror = await openMirror()
    await mirror.apply({ upserts: [seriesOf('a'), seriesOf('b')] })
    const token = mirror.state().syncToken
    const name = mirror.list()[0]?.name
    expect(await mirror.apply({ removals: ['a', 'nobody'] })).toMatchObject({ removed: 1, revision: 2 })
    expect(mirror.changesSince(token)).toMatchObject({ changed: [], removed: [name] })
    expect(await mirror.read([name ?? ''])).toEqual([])
    expect(mirror.keyOf('a')).toBeUndefined()
    expect(await mirror.apply({ removals: ['nobody'] })).toMatchObject({ removed: 0, revision: 2 })
  })

  it('what was removed and comes back is a change, not a removal', async () => {
    const mirror = await openMirror()
    await mirror.apply({ upserts: [seriesOf('a')] })
    const token = mirror.state().syncToken
    await mirror.apply({ removals: ['a'] })
    await mirror.apply({ upserts: [seriesOf('a')] })
    expect(mirror.changesSince(token)).toMatchObject({ changed: mirror.list(), removed: [] })
  })

  it('knows the ids of exceptions, also after they changed', async () => {
    const mirror = await openMirror()
    await mirror.apply({ upserts: [seriesOf('a', { exceptions: ['x', 'y'] })] })
    expect(['a', 'x', 'y', 'z'].map((id) => mirror.keyOf(id))).toEqual(['a', 'a', 'a', undefined])
    await mirror.apply({ upserts: [seriesOf('a', { exceptions: ['y', 'z'] })] })
    expect(['x', 'y', 'z'].map((id) => mirror.keyOf(id))).toEqual([undefined, 'a', 'a'])
  })

  it('cursor and notes are kept as they were given, and can be taken back', async () => {
    const store = MemoryStore.create(new StandingClock())
    const mirror = await openMirror({ store })
    const notes = { held: [{ key: 'a', since: 1, confirmations: 2 }], drift: 3, lastAudit: 4 }
    const rich = { ...cursor, suspects: ['x'], audit: { at: 1 } }
    await mirror.apply({ cursor: rich, notes, inStepAt: 1 })
    const again = await openMirror({ store: store.handle() })
    expect(again.state()).toMatchObject({ cursor: rich, notes, lastInStep: 1 })
    await mirror.apply({ cursor: null })
    expect(mirror.state()).toMatchObject({ cursor: null, window: null, notes, lastInStep: 1, isReady: true })
  })

  it('applications wait for each other', async () => {
    const mirror = await openMirror()
    const keys = Array.from({ length: 30 }, (_, number) => `key ${number}`)
    await Promise.all(keys.map((key) => mirror.apply({ upserts: [seriesOf(key)] })))
    expect(mirror.counts().resources).toBe(30)
    expect(mirror.state().revision).toBe(30)
  })
})

describe('identity', () => {
  const occurrence = (date: string) => `040000008200E00074C5B7101A82E008${date}30A2B4C5D6E7DA01`
  const old = { iCalUId: 'U', created: '2026-01-01T00:00:00Z' }
  const young = { iCalUId: 'U', created: '2026-01-02T00:00:00Z' }

  it('of two that claim one UID the older has it, in whatever order they come', async () => {
    for (const upserts of [
      [seriesOf('a', old), seriesOf('b', young)],
      [seriesOf('b', young), seriesOf('a', old)],
    ]) {
      const mirror = await openMirror()
      for (const one of upserts) await mirror.apply({ upserts: [one] })
      expect(mirror.keys().get('a')?.uid).toBe('U')
      expect(mirror.keys().get('b')?.uid).toBe(ownUid('b'))
      expect(mirror.counts().resources).toBe(2)
    }
  })

  it('when the older goes, the younger takes the UID over and leaves no ghost', async () => {
    const mirror = await openMirror()
    await mirror.apply({ upserts: [seriesOf('a', old), seriesOf('b', young)] })
    const token = mirror.state().syncToken
    const ownName = mirror.list().find(({ uid }) => uid === ownUid('b'))?.name
    await mirror.apply({ removals: ['a'] })
    expect(uidsOf(mirror)).toEqual(['U'])
    expect(mirror.changesSince(token)).toMatchObject({ changed: mirror.list(), removed: [ownName] })
  })

  it('occurrences of one foreign series are one resource, and each that goes leaves the rest', async () => {
    const mirror = await openMirror()
    const [one, two] = [
      seriesOf('a', { iCalUId: occurrence('07EA0302') }),
      seriesOf('b', { iCalUId: occurrence('07EA0309') }),
    ]
    await mirror.apply({ upserts: [one] })
    await mirror.apply({ upserts: [two] })
    expect(uidsOf(mirror)).toEqual([occurrence('00000000')])
    expect((await published(mirror))[0]?.[2]).toMatch(/subject of a[^]*subject of b/)
    expect(await mirror.apply({ removals: ['a'] })).toMatchObject({ changed: 1, removed: 0 })
    expect((await published(mirror))[0]?.[2]).not.toMatch(/subject of a/)
    expect(await mirror.apply({ removals: ['b'] })).toMatchObject({ changed: 0, removed: 1 })
    expect(uidsOf(mirror)).toEqual([])
  })

  it('a kept UID that appears moves the series, and nothing is left where it was', async () => {
    const mirror = await openMirror()
    await mirror.apply({ upserts: [seriesOf('a', { iCalUId: 'graph' })] })
    const [before] = mirror.list()
    const token = mirror.state().syncToken
    await mirror.apply({ upserts: [seriesOf('a', { iCalUId: 'graph', kept: { uid: 'mine', name: 'mine.ics' } })] })
    expect(mirror.list().map(({ uid, name }) => [uid, name])).toEqual([['mine', 'mine.ics']])
    expect(mirror.changesSince(token)).toMatchObject({ changed: mirror.list(), removed: [before?.name] })
  })

  it('a copy made in Outlook brings UID and name of its original along, and has neither', async () => {
    const mirror = await openMirror()
    const kept = { uid: 'mine', name: 'mine.ics' }
    await mirror.apply({
      upserts: [seriesOf('copy', { ...young, iCalUId: 'C', kept }), seriesOf('a', { ...old, kept })],
    })
    expect(mirror.keys().get('a')?.uid).toBe('mine')
    expect(mirror.keys().get('copy')?.uid).toBe('C')
    expect(mirror.list().find(({ uid }) => uid === 'mine')?.name).toBe('mine.ics')
    expect(mirror.list().find(({ uid }) => uid === 'C')?.name).toMatch(/^[0-9a-f]{32}\.ics$/)
  })

  it('one name for two UIDs: the older has it, and the younger when the older goes', async () => {
    const mirror = await openMirror()
    const name = 'same.ics'
    await mirror.apply({ upserts: [seriesOf('a', { ...young, iCalUId: 'A', kept: { name } })] })
    await mirror.apply({ upserts: [seriesOf('b', { ...old, iCalUId: 'B', kept: { name } })] })
    const nameOf = (wanted: string) => mirror.list().find(({ uid }) => uid === wanted)?.name
    expect(nameOf('B')).toBe(name)
    expect(nameOf('A')).toMatch(/^[0-9a-f]{32}\.ics$/)
    const token = mirror.state().syncToken
    const oldName = nameOf('A')
    await mirror.apply({ removals: ['b'] })
    expect(nameOf('A')).toBe(name)
    expect(mirror.changesSince(token)).toMatchObject({ changed: mirror.list(), removed: [oldName] })
  })

  it('a name that a removed resource had may be used by another UID: the change log says changed, not removed', async () => {
    const mirror = await openMirror()
    await mirror.apply({ upserts: [seriesOf('a', { kept: { uid: 'A', name: 'x.ics' } })] })
    const token = mirror.state().syncToken
    await mirror.apply({ removals: ['a'] })
    await mirror.apply({ upserts: [seriesOf('b', { kept: { uid: 'B', name: 'x.ics' } })] })
    expect(mirror.changesSince(token)).toMatchObject({ changed: [{ uid: 'B', name: 'x.ics' }], removed: [] })
  })
})

describe('a series that cannot be rendered', () => {
  it('is skipped and named, is kept, and keeps no other from being published', async () => {
    const mirror = await openMirror()
    const bad = seriesOf('bad', { subject: 'BAD' })
    const applied = await mirror.apply({ upserts: [seriesOf('a'), bad] })
    expect(applied).toMatchObject({ changed: 1, unchanged: 1 })
    expect(applied.skipped).toEqual([{ uid: 'uid-of-bad', key: 'bad', reason: 'a bad series' }])
    expect(uidsOf(mirror)).toEqual(['uid-of-a'])
    expect(mirror.counts()).toEqual({ events: 2, resources: 1, failures: 1 })
    expect(await mirror.series('bad')).toEqual(bad)
    expect(mirror.spanOf('bad')).toBeUndefined()
  })

  it('keeps the last good text when it had one: old is better than gone', async () => {
    const mirror = await openMirror()
    await mirror.apply({ upserts: [seriesOf('a')] })
    const before = [await published(mirror), mirror.state().syncToken]
    const applied = await mirror.apply({ upserts: [seriesOf('a', { subject: 'BAD' })] })
    expect(applied).toMatchObject({ changed: 0, removed: 0, skipped: [{ key: 'a' }] })
    expect([await published(mirror), mirror.state().syncToken]).toEqual(before)
    expect(await mirror.apply({ upserts: [seriesOf('a', { subject: 'good again' })] })).toMatchObject({ changed: 1 })
    expect(mirror.counts().failures).toBe(0)
  })

  it('goes without a tombstone when nothing was published of it', async () => {
    const mirror = await openMirror()
    await mirror.apply({ upserts: [seriesOf('bad', { subject: 'BAD' })] })
    expect(await mirror.apply({ removals: ['bad'] })).toMatchObject({ removed: 0, revision: 0 })
    expect(mirror.counts()).toEqual({ events: 0, resources: 0, failures: 0 })
  })

  it('beside others of one UID leaves these published', async () => {
    const mirror = await openMirror()
    const iCalUId = (date: string) => `040000008200E00074C5B7101A82E008${date}30A2B4C5D6E7DA01`
    const upserts = [
      seriesOf('a', { iCalUId: iCalUId('07EA0302') }),
      seriesOf('b', { iCalUId: iCalUId('07EA0309'), subject: 'BAD' }),
    ]
    const { skipped } = await mirror.apply({ upserts })
    expect(skipped.map(({ key }) => key)).toEqual(['b'])
    expect((await published(mirror))[0]?.[2]).toContain('subject of a')
  })

  it('a failure that is no error of ours is one event’s, too', async () => {
    const strange = () => {
      throw new RangeError('not mine')
    }
    const mirror = await openMirror({ render: strange })
    expect(await mirror.apply({ upserts: [seriesOf('a')] })).toMatchObject({ skipped: [{ key: 'a' }] })
  })
})

describe('another version of the renderer', () => {
  const shout = (group: Parameters<typeof render>[0]) => {
    const rendered = render({
      ...group,
      series: group.series.map((one) => (one.main.subject === 'BAD' ? seriesOf(one.key, { subject: 'fine' }) : one)),
    })
    return { ...rendered, text: rendered.text.replace('SUMMARY:loud', 'SUMMARY:LOUD') }
  }

  it('renders everything again; only what really differs moves, and what failed may work', async () => {
    const store = MemoryStore.create(new StandingClock())
    const mirror = await openMirror({ store })
    const upserts = ['quiet', 'loud', 'BAD'].map((subject) => seriesOf(subject, { subject }))
    await mirror.apply({ upserts })
    await mirror.close()
    const next = await openMirror({ store: store.handle(), render: shout, rendererVersion: 2 })
    const token = next.state().syncToken
    await next.rerender()
    const changes = next.changesSince(token)
    expect(changes.kind === 'changes' && changes.changed.map(({ uid }) => uid)).toEqual(['uid-of-BAD', 'uid-of-loud'])
    expect((await published(next)).map(([, , text]) => text).join()).toContain('SUMMARY:LOUD')
    expect(next.counts().failures).toBe(0)
    expect((await store.head('work'))?.renderer).toBe(2)
    const { generation } = (await store.head('work')) ?? {}
    await next.rerender()
    expect((await store.head('work'))?.generation).toBe(generation)
  })

  it('can be interrupted and goes on next time', async () => {
    const store = MemoryStore.create(new StandingClock())
    const mirror = await openMirror({ store })
    await mirror.apply({ upserts: [seriesOf('a', { subject: 'loud' })] })
    await mirror.close()
    const next = await openMirror({ store, render: shout, rendererVersion: 2 })
    await expect(next.rerender(AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop')
    expect((await store.head('work'))?.renderer).toBe(1)
    await next.rerender()
    expect((await published(next))[0]?.[2]).toContain('LOUD')
  })
})

describe('binding', () => {
  it('the same calendar again, renamed, or with a new id but its owner and name: nothing is lost', async () => {
    const mirror = await openMirror()
    await mirror.bind(binding)
    await mirror.apply({ upserts: [seriesOf('a')], cursor, inStepAt: 1 })
    const { epoch, revision } = mirror.state()
    for (const same of [
      binding,
      { ...binding, name: 'Renamed' },
      { ...binding, name: 'Renamed', calendarId: 'calendar 2' },
    ]) {
      await mirror.bind(same)
      expect(mirror.state()).toMatchObject({ epoch, revision, binding: same, cursor })
      expect(mirror.list()).toHaveLength(1)
    }
  })

  it.each([
    { mailbox: 'someone' },
    { calendarId: 'c', name: 'Other' },
    { calendarId: 'c', owner: 'other@example.org' },
  ])('another calendar (%j): a new epoch, nothing in it, no token of before holds', async (other) => {
    const mirror = await openMirror()
    await mirror.bind(binding)
    await mirror.apply({ upserts: [seriesOf('a')], cursor, inStepAt: 1 })
    const before = mirror.state()
    await mirror.bind({ ...binding, ...other })
    expect(mirror.state()).toMatchObject({
      cursor: null,
      isReady: false,
      revision: 0,
      binding: { ...binding, ...other },
    })
    expect(mirror.state().epoch).not.toBe(before.epoch)
    expect(mirror.list()).toEqual([])
    expect(mirror.changesSince(before.syncToken)).toEqual({ kind: 'invalid-token' })
    await mirror.apply({ upserts: [seriesOf('b')], inStepAt: 2 })
    expect(mirror.list()).toHaveLength(1)
  })
})

describe('damage on disk', () => {
  async function damaged(): Promise<{ readonly mirror: Mirror; readonly before: string }> {
    const files = new CrashFiles()
    const clock = new StandingClock()
    const first = await openMirror({ store: await FileStore.open({ folder: '/data', files, clock }), clock })
    await first.bind(binding)
    await first.apply({ upserts: [seriesOf('a')], cursor, inStepAt: 1 })
    const content = files.paths().find((path) => path.endsWith('.content.json')) ?? ''
    files.damage(content, (bytes) => bytes.subarray(0, 20))
    const mirror = await openMirror({ store: await FileStore.open({ folder: '/data', files, clock }), clock })
    return { mirror, before: mirror.state().syncToken }
  }

  it.each(['read', 'write'])(
    'found by a %s begins the mirror anew, keeps the binding and refuses the old tokens',
    async (how) => {
      const { mirror, before } = await damaged()
      const name = mirror.list()[0]?.name ?? ''
      const found = how === 'read' ? mirror.read([name]) : mirror.apply({ removals: ['a'] })
      await expect(found).rejects.toMatchObject({ code: 'unavailable' })
      expect(mirror.state()).toMatchObject({ binding, isReady: false, cursor: null })
      expect(mirror.changesSince(before)).toEqual({ kind: 'invalid-token' })
      await mirror.apply({ upserts: [seriesOf('a')], inStepAt: 2 })
      expect((await mirror.read([name]))[0]?.uid).toBe('uid-of-a')
    },
  )

  it('found by many at once begins it anew once', async () => {
    const { mirror } = await damaged()
    const name = mirror.list()[0]?.name ?? ''
    await Promise.allSettled([mirror.read([name]), mirror.series('a'), mirror.read([name])])
    const { epoch } = mirror.state()
    await mirror.apply({ upserts: [seriesOf('a')] })
    expect(mirror.state()).toMatchObject({ epoch, revision: 1 })
  })
})

describe('sync tokens', () => {
  it('an empty one means everything, one of another kind, epoch or the future nothing', async () => {
    const mirror = await openMirror()
    await mirror.apply({ upserts: [seriesOf('a')] })
    const { epoch, syncToken } = mirror.state()
    expect(mirror.changesSince('')).toEqual({ kind: 'changes', syncToken, changed: mirror.list(), removed: [] })
    expect(mirror.changesSince(syncToken)).toEqual({ kind: 'changes', syncToken, changed: [], removed: [] })
    for (const wrong of ['data:,1', `urn:graphdav:sync:${epoch}:2`, `urn:graphdav:sync:${'0'.repeat(24)}:1`]) {
      expect(mirror.changesSince(wrong)).toEqual({ kind: 'invalid-token' })
    }
  })

  it('hold for 400 days after a deletion, and are refused when the deletion is forgotten', async () => {
    const clock = new StandingClock()
    const mirror = await openMirror({ clock, store: MemoryStore.create(clock) })
    await mirror.apply({ upserts: [seriesOf('a'), seriesOf('b')] })
    const token = mirror.state().syncToken
    await mirror.apply({ removals: ['a'] })
    clock.time += tombstoneRetentionMs
    await mirror.apply({ upserts: [seriesOf('b', { subject: 'new' })] })
    expect(mirror.changesSince(token)).toMatchObject({ kind: 'changes', removed: [expect.any(String)] })
    clock.time += 1
    await mirror.apply({ upserts: [seriesOf('b', { subject: 'newer' })] })
    expect(mirror.changesSince(token)).toEqual({ kind: 'invalid-token' })
  })
})

describe('two mirrors on one store', () => {
  it('one writes at a time; the other takes over what it wrote', async () => {
    const clock = new StandingClock()
    const store = MemoryStore.create(clock)
    const one = await openMirror({ store, clock })
    await one.apply({ upserts: [seriesOf('a')] })
    const other = await openMirror({ store: store.handle(), clock })
    await expect(other.apply({ upserts: [seriesOf('b')] })).rejects.toMatchObject({ code: 'unavailable' })
    await one.apply({ upserts: [seriesOf('c')] })
    await one.close()
    await other.apply({ upserts: [seriesOf('b')] })
    expect(uidsOf(other)).toEqual(['uid-of-a', 'uid-of-b', 'uid-of-c'])
    await expect(one.apply({ removals: ['a'] })).rejects.toMatchObject({ code: 'unavailable' })
    clock.time += 60_001
    await one.apply({ removals: ['a'] })
    expect(uidsOf(one)).toEqual(['uid-of-b', 'uid-of-c'])
  })
})

describe('what a log is told', () => {
  it('names skipped events by key and reason, never by title', async () => {
    const lines: unknown[] = []
    const log = { ...silentLog, warn: (message: string, facts?: object) => void lines.push([message, facts]) }
    const mirror = await Mirror.open({
      store: MemoryStore.create(new StandingClock()),
      slug: 'work',
      render,
      rendererVersion: 1,
      log,
      clock: new StandingClock(),
    })
    await mirror.apply({ upserts: [seriesOf('bad', { subject: 'BAD secret' })] })
    expect(lines).toEqual([
      ['event skipped', { calendar: 'work', uid: 'uid-of-bad', key: 'bad', reason: 'a bad series' }],
    ])
  })
})
