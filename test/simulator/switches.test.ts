import { expect, it } from 'vitest'
import { parseSwitches, switchesWith, switchNames, switchTable, valuesOf } from '../../src/simulator/switches.ts'

it('the first value of each row is the default', () => {
  const defaults = switchesWith()
  for (const name of switchNames) expect(defaults[name]).toBe(valuesOf(name)[0])
  expect(switchesWith({ pageSize: 7 }).pageSize).toBe(7)
})

it('every switch has a kind, a meaning and more than one value, or is a number', () => {
  for (const name of switchNames) {
    const row = switchTable[name]
    expect(row.meaning.length).toBeGreaterThan(10)
    expect('numbers' in row || row.values.length > 1).toBe(true)
  }
})

it('reads changes and says all that is wrong at once', () => {
  expect(parseSwitches({ replay: true, pageSize: 50 })).toEqual({ changes: { replay: true, pageSize: 50 }, wrong: [] })
  expect(parseSwitches({ replay: 'yes', pageSize: 1.5, toString: 1 }).wrong).toHaveLength(3)
})
