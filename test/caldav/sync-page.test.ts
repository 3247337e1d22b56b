import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutPage, parseSyncStart } from '../../src/caldav/sync-page.ts'

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9))

/** A collection as a change log: name → revision of its last change, and whether it is there. */
interface Log {
  revision: number
  readonly changes: Map<string, { readonly revision: number; readonly isThere: boolean }>
}

function since(
  log: Log,
  token: string,
): { changed: { name: string; version: number }[]; removed: string[]; syncToken: string } {
  const from = token === '' ? 0 : Number(token.split(':').at(-1))
  const entries = [...log.changes].filter(([, { revision }]) => revision > from)
  return {
    changed: entries.filter(([, { isThere }]) => isThere).map(([name, { revision }]) => ({ name, version: revision })),
    removed: token === '' ? [] : entries.filter(([, { isThere }]) => !isThere).map(([name]) => name),
    syncToken: `urn:test:${log.revision}`,
  }
}

describe('pages of a sync report', () => {
  it(`lead a client to what is there, whatever changes between them (SEED=${seed})`, () => {
    const edits = fc.array(
      fc.record({
        name: fc.constantFrom('a', 'b', 'c', 'd', 'e&', 'f=', 'g?', 'h+', 'i ', 'ü'),
        isThere: fc.boolean(),
      }),
      {
        maxLength: 8,
      },
    )
    fc.assert(
      fc.property(fc.array(edits, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 4 }), (steps, limit) => {
        const log: Log = { revision: 0, changes: new Map() }
        const client = new Map<string, number>()
        let token = ''
        const pull = (): boolean => {
          const start = parseSyncStart(token)
          const page = cutPage(start, since(log, start.since), limit)
          expect(page.changed.length + page.removed.length).toBeLessThanOrEqual(limit)
          for (const { name, version } of page.changed) client.set(name, version)
          for (const name of page.removed) client.delete(name)
          token = page.syncToken
          return page.isTruncated || page.changed.length + page.removed.length > 0
        }
        for (const step of steps) {
          for (const { name, isThere } of step) {
            log.revision += 1
            log.changes.set(name, { revision: log.revision, isThere })
          }
          pull()
        }
        let pages = 0
        while (pull()) expect((pages += 1)).toBeLessThan(100)
        expect(client).toEqual(new Map(since(log, '').changed.map(({ name, version }) => [name, version])))
      }),
      { seed, numRuns: 200 },
    )
  })

  it("without a limit there is one page, and its token is the backend's", () => {
    const changes = { changed: [{ name: 'a' }], removed: ['b'], syncToken: 'urn:x:1' }
    expect(cutPage(parseSyncStart('urn:x:0'), changes, undefined)).toEqual({ ...changes, isTruncated: false })
  })

  it('a token stays a URI', () => {
    const changes = { changed: [{ name: 'a b' }, { name: 'ü' }], removed: [], syncToken: 'urn:graphdav:sync:e:1' }
    const { syncToken } = cutPage(parseSyncStart(''), changes, 1)
    expect(syncToken).toMatch(/^urn:graphdav:sync:e:1\?=[\w=&%+.-]+$/)
    expect(parseSyncStart(syncToken)).toEqual({ since: '', resumed: { after: 'a b', token: 'urn:graphdav:sync:e:1' } })
  })
})
