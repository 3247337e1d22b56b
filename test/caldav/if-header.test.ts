import { expect, it } from 'vitest'
import { holdsIf, parseIf } from '../../src/caldav/if-header.ts'

it.each([
  ['(["a"])', true],
  ['(Not ["a"])', false],
  ['(Not["b"])', true],
  ['( Not  ["b"]  ["a"] )', true],
  ['(not <urn:x>)', true],
  ['(<urn:x>)', false],
  ['(["b"]) (["a"])', true],
  ['</other> (["a"])', false],
])('%s is %s of a resource with the tag a', (header, holds) => {
  expect(holdsIf(parseIf(header) ?? [], (about) => (about === undefined ? 'a' : undefined))).toBe(holds)
})

it.each(['', 'x', '()', '(["a"]', '(a)', '</only>', '(Nott ["a"])'])('%j is no If header', (header) => {
  expect(parseIf(header)).toBeUndefined()
})

it('one that is made of spaces is refused at once', () => {
  const before = process.cpuUsage()
  expect(parseIf(`(${' '.repeat(100_000)}x)`)).toBeUndefined()
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000)
})
