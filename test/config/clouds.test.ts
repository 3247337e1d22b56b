// Each cloud has its own Graph host, and only `graphUrl` overrides it (Graph page "National cloud deployments").
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadConfiguration } from '../../src/config/load.ts'

const folder = mkdtempSync(join(tmpdir(), 'graphdav-clouds-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

function graphUrlOf(keys: string): string | undefined {
  const file = join(folder, 'graphdav.yaml')
  writeFileSync(file, `accounts: { home: { ${keys}auth: { kind: access-token, token: abc } } }\n`)
  return loadConfiguration(file, { env: {} }).accounts.get('home')?.graphUrl
}

describe('the cloud of an account', () => {
  it.each([
    ['', 'https://graph.microsoft.com'],
    ['cloud: global, ', 'https://graph.microsoft.com'],
    ['cloud: usgov, ', 'https://graph.microsoft.us'],
    ['cloud: usgov-dod, ', 'https://dod-graph.microsoft.us'],
    ['cloud: china, ', 'https://microsoftgraph.chinacloudapi.cn'],
    ['cloud: china, graphUrl: "http://127.0.0.1:9100/", ', 'http://127.0.0.1:9100'],
  ])('%j asks Graph at %s', (keys, graphUrl) => {
    expect(graphUrlOf(keys)).toBe(graphUrl)
  })
})
