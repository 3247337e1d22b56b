// The small readers of the configuration: durations, addresses, patterns, "did you mean".
import { describe, expect, it } from 'vitest'
import { isAddressOrCidr, isLoopback, parseListenAddress, urlOf } from '../../src/config/address.ts'
import { parseDuration } from '../../src/config/duration.ts'
import { nearest } from '../../src/config/nearest.ts'
import { compilePattern, problemOfPattern } from '../../src/config/pattern.ts'

describe('durations', () => {
  it.each([
    ['30s', 30_000],
    ['10m', 600_000],
    ['12h', 43_200_000],
    ['90d', 90 * 86_400_000],
    ['4w', 28 * 86_400_000],
    ['6mo', 182.5 * 86_400_000],
    ['12mo', 365 * 86_400_000],
    ['2y', 730 * 86_400_000],
    ['0s', 0],
  ])('%s is %d ms', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds)
  })

  it.each(['', '60', 's', '1.5h', '-1s', '60 s', '60S', '1M', '10min', '1h30m', '9999999s'])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined()
  })
})

describe('addresses', () => {
  it('are read with and without a host, and with brackets', () => {
    expect(parseListenAddress('127.0.0.1:8800')).toEqual({ host: '127.0.0.1', port: 8800 })
    expect(parseListenAddress('[::1]:0')).toEqual({ host: '::1', port: 0 })
    expect(parseListenAddress('cal.local:80')).toEqual({ host: 'cal.local', port: 80 })
    expect(parseListenAddress(':8800')).toEqual({ host: '0.0.0.0', port: 8800 })
    for (const wrong of [
      '8800',
      'localhost',
      '::1:80',
      '127.0.0.1:65536',
      '127.0.0.1:x',
      '[x]:1',
      'a b:1',
      '[127.0.0.1]:1',
    ]) {
      expect(parseListenAddress(wrong)).toBeUndefined()
    }
  })

  it('of this machine alone are recognised', () => {
    for (const host of ['127.0.0.1', '127.1.2.3', '::1', '[::1]', 'localhost', 'LOCALHOST'])
      expect(isLoopback(host)).toBe(true)
    for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.evil.example', 'localhost.example', '']) {
      expect(isLoopback(host)).toBe(false)
    }
  })

  it('may carry a prefix length', () => {
    for (const right of ['127.0.0.1', '10.0.0.0/8', 'fd00::/8', '::1']) expect(isAddressOrCidr(right)).toBe(true)
    for (const wrong of ['proxy', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', 'fd00::/129', '10.0.0/8', '']) {
      expect(isAddressOrCidr(wrong)).toBe(false)
    }
  })

  it('become URLs', () => {
    expect(urlOf('http', { host: '::1', port: 80 })).toBe('http://[::1]:80')
    expect(urlOf('https', { host: 'a.example', port: 443 })).toBe('https://a.example:443')
  })
})

describe('patterns for titles', () => {
  it.each(['', 'lunch|gym', '^Privat', '(dentist|doctor)s?', '.*', '[(+*)]+x', '\\(a+\\)+', '(a|b){3}', 'ü+'])(
    '%s is accepted',
    (text) => {
      expect(problemOfPattern(text)).toBeUndefined()
    },
  )

  it.each([
    '(',
    '[a',
    '*a',
    '\\p{Nope}',
    '(a+)+',
    '(a*)*b',
    '((a+)b)*',
    '(a|aa)+',
    '(?:x+){2,}',
    '(x+){25}',
    '(a)\\1',
    'a{'.repeat(101),
  ])('%s is refused with a reason', (text) => {
    expect(problemOfPattern(text)).toMatch(/regular expression|repeated group/)
  })

  it('do not care for upper and lower case', () => {
    expect(compilePattern('zahnarzt').test('ZAHNARZT 10 Uhr')).toBe(true)
  })
})

describe('did you mean', () => {
  const words = ['server', 'store', 'accounts', 'calendars', 'feeds', 'users', 'sync', 'alerts', 'log']

  it('has no answer to a very long word', () => {
    expect(nearest('x'.repeat(5000), words)).toBeUndefined()
  })

  it.each([
    ['calender', 'calendars'],
    ['Users', 'users'],
    ['acounts', 'accounts'],
    ['lgo', undefined],
    ['logs', 'log'],
    ['something', undefined],
  ])('%s: %s', (typed, word) => {
    expect(nearest(typed, words)).toBe(word)
  })
})
