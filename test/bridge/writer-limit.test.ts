// A client of a write does not wait for ever.
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { createWriter } from '../../src/bridge/writer.ts'
import { GraphClient } from '../../src/graph/client.ts'
import { MailboxLanes } from '../../src/graph/lanes.ts'
import { Mirror } from '../../src/mirror/mirror.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { Clouds } from '../../src/sync/cloud.ts'
import { Journal } from '../../src/sync/journal.ts'
import type { WriteGround } from '../../src/sync/write-context.ts'
import { groundOf } from '../../src/sync/write-ground.ts'
import { halfYearBackTwoAhead } from '../sync/rig.ts'
import { lunch } from '../sync/write-rig.ts'

const shared = { clock: systemClock, log: silentLog }

function groundWith(mirror: Mirror, onRequest: () => void): WriteGround {
  const token = () => {
    onRequest()
    return Promise.reject(new Error('there is no Graph here'))
  }
  const client = new GraphClient({
    ...shared,
    graphUrl: 'http://127.0.0.1:1/v1.0',
    tokens: { token, refresh: token },
    lanes: new MailboxLanes(shared),
  })
  const calendar = {
    id: 'c',
    name: 'Calendar',
    owner: { name: '', address: 'mara@fabrikam.example' },
    color: undefined,
    canEdit: true,
    isDefault: true,
    mailboxPath: '/me',
    basePath: '/me',
    eventsPath: '/me/events',
    mailbox: 'mara@fabrikam.example',
  }
  return groundOf({
    calendar: { client, mailbox: 'me', source: 'default', mirror, timeZone: 'UTC', window: halfYearBackTwoAhead },
    found: { calendar, timeZone: 'UTC' },
    cloud: new Clouds().of(client.host),
    now: Date.now(),
    log: silentLog,
    signal: undefined,
    onWrite: () => undefined,
  })
}

describe('a write that waits too long for its calendar', () => {
  it('is answered with a time to come back, and does not begin any more', async () => {
    const store = MemoryStore.create()
    const render = (): never => {
      throw new Error('nothing is rendered here')
    }
    const mirror = await Mirror.open({ store, slug: 'work', render, rendererVersion: 1, ...shared })
    await mirror.apply({ cursor: null, inStepAt: 1000 })
    let begin = (): void => undefined
    const turn = new Promise<void>((resolve) => {
      begin = resolve
    })
    let over: Promise<unknown> = turn
    let requests = 0
    const ground = groundWith(mirror, () => {
      requests += 1
    })
    const kept = { get: () => null, set: () => Promise.resolve() }
    const writer = createWriter({
      ...shared,
      calendars: new Map([['work', { mirror, kept, invitations: 'send' }]]),
      users: new Map([['alice', { calendars: [{ slug: 'work', access: 'read-write' }] }]]),
      journal: await Journal.open(store, shared),
      inTurn: (_, work) => {
        const run = turn.then(() => work(ground))
        over = run.catch((error: unknown) => error)
        return run
      },
      limitMs: 5,
    })
    const conditions = { ifMatch: undefined, ifNoneMatch: undefined }
    const put = { user: 'alice', slug: 'work', name: 'x.ics', conditions, mayReply: true, text: lunch() }
    await expect(writer.put(put)).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 10 })
    begin()
    expect(await over).toMatchObject({ code: 'unavailable' })
    expect(requests).toBe(0)
  })
})
