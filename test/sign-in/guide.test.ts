// docs/accounts.md says what is: its configurations load, its hosts and rights are those of the program.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { clouds } from '../../src/config/clouds.ts'
import { loadConfiguration } from '../../src/config/load.ts'

const root = resolve(import.meta.dirname, '../..')
const guide = readFileSync(join(root, 'docs/accounts.md'), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'graphdav-guide-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** The YAML blocks, without the indentation of the list they stand in. */
const blocks = [...guide.matchAll(/^( *(?:\d\. )?)```yaml\n([^]*?)^ *```/gm)].map(([, indent = '', text = '']) =>
  text.replaceAll(new RegExp(`^ {${indent.length}}`, 'gm'), ''),
)

describe('the guide to accounts', () => {
  it('has a configuration for a code, for the browser and for an application', () => {
    expect(blocks.map((text) => /kind: (\S+)/.exec(text)?.[1])).toEqual(['device-code', 'auth-code', 'client-secret'])
  })

  it.each(blocks)('shows one that loads: %s', (text) => {
    const file = join(folder, 'graphdav.yaml')
    writeFileSync(join(folder, 'secret'), 'hush\n')
    writeFileSync(file, text.replace('/run/secrets/graphdav', 'secret'))
    expect(loadConfiguration(file, { env: {} }).accounts.size).toBe(1)
  })

  it.each(Object.entries(clouds))('has the row of the cloud %s', (cloud, { login, graph }) => {
    const row = guide.split('\n').find((line) => line.startsWith(`| \`${cloud}\` `)) ?? ''
    expect(row.match(/`[^`]+`/g)).toEqual(
      expect.arrayContaining([login, graph].map((url) => `\`${new URL(url).host}\``)),
    )
  })

  it('names every right that is ever asked for', () => {
    const rights = readFileSync(join(root, 'fixtures/sign-in/rights.txt'), 'utf8').match(
      /\b(?:[A-Z]\w+\.[\w.]+|offline_access)\b/g,
    )
    const asked = [...new Set(rights)].filter((right) => !right.includes('@'))
    expect(asked.length).toBeGreaterThan(5)
    expect(asked.filter((right) => !guide.includes(`\`${right}\``))).toEqual([])
  })
})
