import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hrefOf, parseHref, parsePath, type Location } from '../../src/caldav/routes.ts'

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9))

describe('paths', () => {
  it.each([
    ['/', { kind: 'site' }],
    ['/dav', { kind: 'root' }],
    ['/dav/', { kind: 'root' }],
    ['/dav/principals/', { kind: 'principals' }],
    ['/dav/principals/a%40b/', { kind: 'principal', user: 'a@b' }],
    ['/dav/calendars', { kind: 'homes' }],
    ['/dav/calendars/a@b', { kind: 'home', user: 'a@b' }],
    ['/dav/calendars/a/inbox/', { kind: 'inbox', user: 'a' }],
    ['/dav/calendars/a/outbox', { kind: 'outbox', user: 'a' }],
    ['/dav/calendars/a/work/', { kind: 'collection', user: 'a', slug: 'work' }],
    ['/dav/calendars/a/work/x+y%20z.ics', { kind: 'resource', user: 'a', slug: 'work', name: 'x+y z.ics' }],
    ['/dav/calendars/a/work/e%CC%81.ics', { kind: 'resource', user: 'a', slug: 'work', name: 'é.ics' }],
    ['/dav/calendars/a/work/%252F.ics', { kind: 'resource', user: 'a', slug: 'work', name: '%2F.ics' }],
    ['/dav/calendars/a/inbox/x.ics', { kind: 'nowhere', status: 404 }],
    ['/dav/calendars/a/work/x/y', { kind: 'nowhere', status: 404 }],
    ['/dav/calendars/a/./x', { kind: 'nowhere', status: 404 }],
    ['/dav/calendars/a/work/..', { kind: 'nowhere', status: 404 }],
    ['/dav/calendars/a/work/%2e%2e', { kind: 'nowhere', status: 404 }],
    ['/dav/calendars/a//x', { kind: 'nowhere', status: 404 }],
    ['/dav/calendars/a/work/a%2Fb', { kind: 'nowhere', status: 403 }],
    ['/dav/calendars/a/work/%zz', { kind: 'nowhere', status: 400 }],
    ['/dav/calendars/a/work/%0A', { kind: 'nowhere', status: 400 }],
    ['/DAV/', { kind: 'nowhere', status: 404 }],
    ['/other', { kind: 'nowhere', status: 404 }],
  ])('%s', (path, location) => {
    expect(parsePath(path)).toEqual(location)
  })

  it(`every href leads back to its place, also spelt in other ways (SEED=${seed})`, () => {
    const segment = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .map((one) => one.normalize('NFC'))
      .filter((one) => !/[/\u0000-\u001f\u007f]/.test(one) && one !== '.' && one !== '..')
    const place = fc.record({
      kind: fc.constant('resource' as const),
      user: segment,
      slug: fc.constant('work'),
      name: segment,
    })
    fc.assert(
      fc.property(place, fc.constantFrom('', '/cal', '/a/b'), (location: Location, prefix) => {
        const href = hrefOf(location, prefix)
        expect(href).toMatch(/^[\w\-.~%@:()/]+$/)
        expect(parseHref(href, prefix)).toEqual(location)
        expect(parseHref(`https://host:1${href}`, prefix)).toEqual(location)
        // What a client may leave raw, and what it may encode without need.
        expect(parseHref(href.replaceAll('%2B', '+').replaceAll('%3D', '=').replaceAll('@', '%40'), prefix)).toEqual(
          location,
        )
      }),
      { seed, numRuns: 150 },
    )
  })

  it.each(['', 'x.ics', 'mailto:a@b', '../x', 'ftp://x/dav/'])('%j is no href of ours', (href) => {
    expect(parseHref(href, '')).toEqual({ kind: 'nowhere', status: 404 })
  })
})

it('an href that is made of question marks costs no more than another', () => {
  const before = process.cpuUsage()
  expect(parseHref(`/dav/${'?'.repeat(300_000)}\nx`, '')).toEqual({ kind: 'root' })
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000)
})
