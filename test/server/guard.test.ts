// Guessing: from one address, from many, for one user and for many; and that nobody is locked out by what others do.
import { describe, expect, it } from 'vitest'
import { createGuard, networkOf, type Guard, type Verdict } from '../../src/server/guard.ts'
import { testClock, type TestClock } from '../http/test-clock.ts'

function start(): { readonly guard: Guard; readonly clock: TestClock } {
  const clock = testClock()
  return { guard: createGuard(clock), clock }
}

const wrong = (): Promise<boolean> => Promise.resolve(false)
const right = (): Promise<boolean> => Promise.resolve(true)

async function guess(
  guard: Guard,
  times: number,
  who: (count: number) => { readonly address?: string; readonly name?: string },
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = []
  for (let count = 0; count < times; count += 1) {
    verdicts.push(await guard.judge({ address: '192.0.2.1', name: 'alice', ...who(count) }, wrong))
  }
  return verdicts
}

describe('one address that guesses', () => {
  it('for many users is slowed down for all of them, one guess a second', async () => {
    const { guard, clock } = start()
    const verdicts = await guess(guard, 80, (count) => ({ name: `user${count}` }))
    expect(verdicts.slice(0, 49)).toEqual(Array.from({ length: 49 }, () => 'wrong'))
    expect(verdicts.slice(-30)).toEqual(Array.from({ length: 30 }, () => 'throttled'))
    expect(clock.slept()).toBe(30_000)
  })

  it('does not slow down who has signed in from there before, nor anybody elsewhere', async () => {
    const { guard, clock } = start()
    expect(await guard.judge({ address: '192.0.2.1', name: 'bob' }, right)).toBe('right')
    await guess(guard, 80, (count) => ({ name: `user${count}` }))
    const slept = clock.slept()
    expect(await guard.judge({ address: '192.0.2.1', name: 'bob' }, right)).toBe('right')
    expect(await guard.judge({ address: '192.0.2.2', name: 'alice' }, right)).toBe('right')
    expect(clock.slept()).toBe(slept)
  })

  it('is one address in all of its IPv6 network', async () => {
    const { guard } = start()
    const verdicts = await guess(guard, 12, (count) => ({ address: `2001:db8:0:1::${count.toString(16)}` }))
    expect(verdicts.slice(-3)).toEqual(['throttled', 'throttled', 'throttled'])
  })

  it('has one place in the line of a user', async () => {
    const { guard } = start()
    await guess(guard, 100, (count) => ({ address: `198.51.100.${count % 25}` }))
    await guess(guard, 50, (count) => ({ name: `user${count}` }))
    const crowd = Array.from({ length: 11 }, () => guard.judge({ address: '192.0.2.1', name: 'alice' }, wrong))
    const other = guard.judge({ address: '192.0.2.200', name: 'alice' }, right)
    expect(await other).toBe('right')
    await Promise.all(crowd)
  })
})

describe('many addresses that guess for one user', () => {
  const botnet = (count: number) => ({ address: `10.0.${count >> 8}.${count & 255}` })

  it('are slowed down together, one guess a second', async () => {
    const { guard, clock } = start()
    const verdicts = await guess(guard, 130, botnet)
    expect(verdicts.slice(0, 99)).toEqual(Array.from({ length: 99 }, () => 'wrong'))
    expect(verdicts.slice(-30)).toEqual(Array.from({ length: 30 }, () => 'throttled'))
    expect(clock.slept()).toBe(30_000)
  })

  it('do not lock the user out: from a known address at once, from a new one a little later', async () => {
    const { guard, clock } = start()
    expect(await guard.judge({ address: '192.0.2.1', name: 'alice' }, right)).toBe('right')
    await guess(guard, 130, botnet)
    const slept = clock.slept()
    expect(await guard.judge({ address: '192.0.2.1', name: 'alice' }, right)).toBe('right')
    expect(clock.slept()).toBe(slept)
    expect(await guard.judge({ address: '203.0.113.7', name: 'alice' }, right)).toBe('right')
    expect(clock.slept()).toBe(slept + 1000)
  })

  it('do not lock the user out while they wait in line', async () => {
    const { guard } = start()
    await guard.judge({ address: '192.0.2.1', name: 'alice' }, right)
    await guess(guard, 100, botnet)
    const crowd = Array.from({ length: 50 }, (_, count) =>
      guard.judge({ ...botnet(count + 200), name: 'alice' }, wrong),
    )
    expect(await guard.judge({ address: '192.0.2.1', name: 'alice' }, right)).toBe('right')
    const verdicts = await Promise.all(crowd)
    expect(verdicts.filter((verdict) => verdict === 'busy')).toHaveLength(39)
  })
})

describe('a flood of checks', () => {
  it('is checked one by one, refused beyond a hundred, and does not keep a known user waiting', async () => {
    const { guard } = start()
    await guard.judge({ address: '192.0.2.1', name: 'alice' }, right)
    let running = 0
    let most = 0
    const release: (() => void)[] = []
    const slow = async (): Promise<boolean> => {
      running += 1
      most = Math.max(most, running)
      await new Promise<void>((resolve) => release.push(resolve))
      running -= 1
      return false
    }
    const flood = Array.from({ length: 150 }, (_, count) =>
      guard.judge({ address: `10.0.0.${count}`, name: `user${count}` }, slow),
    )
    expect(await guard.judge({ address: '192.0.2.1', name: 'alice' }, right)).toBe('right')
    const done = Promise.all(flood)
    const pump = setInterval(() => release.shift()?.(), 0)
    const verdicts = await done
    clearInterval(pump)
    expect(most).toBe(1)
    expect(verdicts.filter((verdict) => verdict === 'busy')).toHaveLength(49)
  })

  it('a check that fails gives its place to the next', async () => {
    const { guard } = start()
    const broken = guard.judge({ address: 'a', name: 'b' }, () => Promise.reject(new Error('no hash')))
    const next = guard.judge({ address: 'a', name: 'b' }, right)
    await expect(broken).rejects.toThrow('no hash')
    expect(await next).toBe('right')
  })
})

describe('the network of an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['', ''],
    ['::1', '0:0:0:0::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:0DB8:0000:0001:2:3:4:5', '2001:db8:0:1::/64'],
    ['1::3:4:5:6:7:8', '1:0:3:4::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})
