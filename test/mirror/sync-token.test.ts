// Sync tokens as text.
import { describe, expect, it } from 'vitest'
import { parseSyncToken, printSyncToken } from '../../src/mirror/sync-token.ts'

const epoch = 'a1'.repeat(12)

describe('sync tokens', () => {
  it.each([0, 1, 999_999_999_999_999])('of revision %d are read back', (revision) => {
    expect(parseSyncToken(printSyncToken(epoch, revision))).toEqual({ epoch, revision })
  })

  it.each([
    '',
    'urn:graphdav:sync:',
    `urn:graphdav:sync:${epoch}:`,
    `urn:graphdav:sync:${epoch}:-1`,
    `urn:graphdav:sync:${epoch}:01`,
    `urn:graphdav:sync:${epoch}:1e3`,
    `urn:graphdav:sync:${epoch}:1 `,
    `urn:graphdav:sync:${epoch}:9999999999999999`,
    `urn:graphdav:sync:${epoch.toUpperCase()}:1`,
    `URN:graphdav:sync:${epoch}:1`,
    `urn:graphdav:sync:${epoch.slice(1)}:1`,
    `http://example.org/${epoch}:1`,
  ])('%j is none of ours', (token) => {
    expect(parseSyncToken(token)).toBeUndefined()
  })
})
