// The files in config/: the example holds every key of the schema and loads; the JSON schema is the one of today.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { ConfigurationError } from '../../src/base/errors.ts'
import { loadConfiguration } from '../../src/config/load.ts'
import { jsonSchema } from '../../src/config/schema.ts'

const folder = resolve(import.meta.dirname, '../../config')
const example = readFileSync(resolve(folder, 'graphdav.example.yaml'), 'utf8')
const env = {
  GRAPH_TOKEN: 'an-access-token',
  WORK_FEED: 'abcdefghijklmnopqrstuv',
  FAMILY_FEED: 'bbcdefghijklmnopqrstuv',
  CLIENT_SECRET: 'secret',
}

// The example with its later keys (a # directly before them) switched on.
const later = example.replaceAll(/^(\s*)#(?=[a-zA-Z])/gm, '$1')

function load(text: string) {
  return loadConfiguration('example.yaml', { env, readFile: () => text })
}

/** Every key of a JSON schema, wherever it stands; names a person chooses are not keys. */
function keysOf(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const own =
    'properties' in schema && typeof schema.properties === 'object' ? Object.keys(schema.properties ?? {}) : []
  return [...own, ...Object.values(schema).flatMap(keysOf)]
}

describe('the example configuration', () => {
  it('loads without a warning', () => {
    const configuration = load(example)
    expect(configuration.warnings).toEqual([])
    expect([...configuration.calendars.keys()]).toEqual(['work'])
    expect(configuration.feeds.map(({ name }) => name)).toEqual(['work', 'family'])
  })

  it('holds every key of the schema', () => {
    const missing = [...new Set(keysOf(jsonSchema()))].filter((key) => !new RegExp(`\\b${key}:`).test(example))
    // The forms of `source` that are explained beside it, and the keys that end in File.
    expect(missing).toEqual(['clientSecretFile'])
  })

  it('answers "not yet", and nothing else, to each of its later keys', () => {
    let problems: ConfigurationError['problems'] = []
    try {
      load(later)
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error
      problems = error.problems
    }
    const others = problems.filter(({ message }) => !message.includes('not yet'))
    // The sign-in keys belong to other kinds than the one the example uses.
    expect(others.map(({ key }) => key)).toEqual(
      [
        'tenant',
        'clientId',
        'clientSecret',
        'clientSecretExpires',
        'certificate',
        'privateKey',
        'authority',
        'caFile',
      ].map((key) => `accounts.home.auth.${key}`),
    )
    expect(problems.map(({ key }) => key)).toEqual(expect.arrayContaining(['store.url']))
  })

  it('points editors to the schema in its first line', () => {
    expect(example.split('\n')[0]).toBe('# yaml-language-server: $schema=./graphdav.schema.json')
  })
})

describe('the configuration in the README', () => {
  it('loads', () => {
    const readme = readFileSync(resolve(folder, '../README.md'), 'utf8')
    const blocks = [...readme.matchAll(/^( *)```yaml\n([^]*?)^ *```/gm)].map(([, indent = '', text = '']) =>
      text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    )
    expect(blocks.length).toBeGreaterThan(0)
    const variables = blocks.join('').matchAll(/\$\{(\w+)\}/g)
    const values = Object.fromEntries([...variables].map(([, name = ''], index) => [name, `${'x'.repeat(22)}${index}`]))
    for (const block of blocks) {
      const readFile = (path: string): string => (path.endsWith('.md') ? block : 'a-secret')
      expect(() => loadConfiguration('README.md', { env: values, readFile })).not.toThrow()
    }
  })
})

describe('the JSON schema', () => {
  it('is the one `npm run schema` would write now', () => {
    const written: unknown = JSON.parse(readFileSync(resolve(folder, 'graphdav.schema.json'), 'utf8'))
    expect(written).toEqual(JSON.parse(JSON.stringify(jsonSchema())))
  })

  it.each(['graphdav.example.yaml', 'demo.yaml'])('accepts %s, variables and all', (name) => {
    const ajv = new Ajv2020({ strict: false })
    const value: unknown = parse(readFileSync(resolve(folder, name), 'utf8'))
    ajv.validate(jsonSchema(), value)
    expect(ajv.errors).toBeNull()
  })

  it('refuses what the program refuses: an unknown key, a wrong unit', () => {
    const ajv = new Ajv2020({ strict: false })
    expect(ajv.validate(jsonSchema(), { sync: { intervall: '60s' } })).toBe(false)
    expect(ajv.validate(jsonSchema(), { sync: { interval: '60 seconds' } })).toBe(false)
    expect(ajv.validate(jsonSchema(), { sync: { interval: '60s' } })).toBe(true)
  })
})
