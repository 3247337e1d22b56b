// fixtures/write/<case>: events.json (what Graph has, and the context), served.ics where the client had another text than
// what is served now, put.ics, and in requests.json the plan or its refusal.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { planOf, readCase } from './write-cases.ts'

const folder = resolve(import.meta.dirname, '../../fixtures/write')
const cases = readdirSync(folder)

describe('planPut', () => {
  it('has many cases, each complete', () => {
    expect(cases.length).toBeGreaterThanOrEqual(100)
    const files = ['events.json', 'put.ics', 'requests.json']
    expect(cases.filter((name) => !files.every((file) => existsSync(join(folder, name, file))))).toEqual([])
  })

  it.each(cases)('%s', (name) => {
    const expected: unknown = JSON.parse(readFileSync(join(folder, name, 'requests.json'), 'utf8'))
    expect(planOf(readCase(join(folder, name)))).toEqual(expected)
  })
})
