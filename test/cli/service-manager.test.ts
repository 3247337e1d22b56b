import { describe, expect, it } from 'vitest'
import { silentLog, type Log } from '../../src/base/log.ts'
import { serviceManagerOf } from '../../src/cli/service-manager.ts'
import { ManualClock } from '../sync/manual-clock.ts'

const socket = { NOTIFY_SOCKET: '/run/notify' }

describe('the service manager', () => {
  it('is told when the program serves, that it lives three times in the time allowed, and when it stops', async () => {
    const clock = new ManualClock()
    const sent: string[] = []
    const send = async (message: string): Promise<void> => void sent.push(message)
    const manager = serviceManagerOf({ env: { ...socket, WATCHDOG_USEC: '3000000' }, clock, log: silentLog, send })
    manager.ready()
    expect(sent).toEqual(['READY=1'])
    await clock.advance(999)
    expect(sent).toHaveLength(1)
    await clock.advance(2_001)
    expect(sent).toEqual(['READY=1', 'WATCHDOG=1', 'WATCHDOG=1', 'WATCHDOG=1'])
    await manager.stopping()
    await clock.advance(60_000)
    expect(sent.slice(4)).toEqual(['STOPPING=1'])
  })

  it('that has no watchdog is told start and end only; one that is not there nothing', async () => {
    const clock = new ManualClock()
    const sent: string[] = []
    const send = async (message: string): Promise<void> => void sent.push(message)
    for (const env of [socket, {}, { NOTIFY_SOCKET: '', WATCHDOG_USEC: '1000000' }]) {
      const manager = serviceManagerOf({ env, clock, log: silentLog, send })
      manager.ready()
      await clock.advance(60_000)
      await manager.stopping()
    }
    expect(sent).toEqual(['READY=1', 'STOPPING=1'])
  })

  it('that cannot be told is a warning, once', async () => {
    const clock = new ManualClock()
    const warnings: unknown[] = []
    const log: Log = { ...silentLog, warn: (_, fields) => void warnings.push(fields) }
    const send = (): Promise<void> => Promise.reject(Object.assign(new Error('spawn'), { code: 'ENOENT' }))
    const manager = serviceManagerOf({ env: { ...socket, WATCHDOG_USEC: '3000000' }, clock, log, send })
    manager.ready()
    await clock.advance(5_000)
    await manager.stopping()
    expect(warnings).toEqual([{ reason: 'there is no program systemd-notify; say Type=simple in the unit' }])
  })
})
