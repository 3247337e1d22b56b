// fixtures/compare/<case>: served.ics, put.ics and, in changes.json, what the person changed; nothing there is no change.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compareObjects, isSameObject } from '../../src/convert/compare.ts'
import { printChanges } from './print-changes.ts'
import { parseObject } from '../../src/ical/parse.ts'

const folder = resolve(import.meta.dirname, '../../fixtures/compare')
const cases = readdirSync(folder)
const context = { floatingZone: 'Europe/Berlin', ownAddresses: ['mara@fabrikam.example', 'mara.l@fabrikam.example'] }

// Reported, but no edit: what only others may change, and what the client did not show.
const notForAPersonToChange = ['answer-of-another', 'people-left-out']

function read(name: string, file: string): string {
  return readFileSync(join(folder, name, file), 'utf8')
}

describe('compareObjects', () => {
  it('has many cases', () => {
    expect(cases.length).toBeGreaterThan(100)
  })

  it.each(cases)('%s', (name) => {
    const served = parseObject(read(name, 'served.ics'))
    const put = parseObject(read(name, 'put.ics'))
    const changes = compareObjects(served, put, context)
    expect(printChanges(changes)).toEqual(JSON.parse(read(name, 'changes.json')))
    expect(isSameObject(changes)).toBe(
      read(name, 'changes.json').trim() === '{}' || notForAPersonToChange.includes(name),
    )
  })

  it.each(cases)('%s: a text against itself is no change', (name) => {
    for (const file of ['served.ics', 'put.ics']) {
      const object = parseObject(read(name, file))
      expect(printChanges(compareObjects(object, object, context))).toEqual({})
    }
  })

  it('every case is complete', () => {
    const files = ['served.ics', 'put.ics', 'changes.json']
    expect(cases.filter((name) => !files.every((file) => existsSync(join(folder, name, file))))).toEqual([])
  })
})
