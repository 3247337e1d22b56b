// Golden pairs: each folder of fixtures/convert holds events.json (Graph's side) and object.ics (the text served), compared
// as bytes. UPDATE=1 writes the texts anew; a person reads them before they are committed.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { renderResource } from '../../src/convert/render.ts'
import { graphSeries, type SeriesFields } from './graph-events.ts'

interface Case {
  readonly about: string
  readonly uid?: string
  readonly mailboxZone?: string
  readonly addresses?: readonly string[]
  readonly series: readonly SeriesFields[]
  readonly losses?: readonly string[]
}

const folder = resolve(import.meta.dirname, '../../fixtures/convert')
const cases = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)

function readCase(name: string): Case {
  return JSON.parse(readFileSync(join(folder, name, 'events.json'), 'utf8')) as Case
}

function renderCase({ uid = 'series-1@example.com', mailboxZone = 'Europe/Berlin', ...given }: Case) {
  const addresses = given.addresses ?? []
  return renderResource({ uid, series: given.series.map(graphSeries) }, { mailboxZone, addresses })
}

describe('golden pairs', () => {
  it('there are many', () => {
    expect(cases.length).toBeGreaterThan(100)
  })

  it('the table of rules and cases names cases that exist', () => {
    const table = readFileSync(join(folder, 'README.md'), 'utf8').split('## Where each rule')[1] ?? ''
    const named = [...table.matchAll(/`((?:convert|put|compare|write)\/[\w-]+)`/g)].map(([, name = '']) => name)
    expect(named.length).toBeGreaterThan(100)
    expect(named.filter((name) => !existsSync(join(folder, '..', name)))).toEqual([])
  })

  it.each(cases)('%s', (name) => {
    const given = readCase(name)
    const { text, losses } = renderCase(given)
    const file = join(folder, name, 'object.ics')
    if (process.env['UPDATE'] === '1') writeFileSync(file, text)
    expect(text).toBe(existsSync(file) ? readFileSync(file, 'utf8') : '')
    expect(losses).toEqual(given.losses ?? [])
  })

  it.each(cases)('%s: equal input gives equal bytes', (name) => {
    expect(renderCase(readCase(name)).text).toBe(renderCase(readCase(name)).text)
  })
})
