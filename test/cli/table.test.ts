import { expect, it } from 'vitest'
import { oneLine, printTable } from '../../src/cli/table.ts'

it('a cell is one line that steers no terminal, whoever wrote it', () => {
  const printed = printTable([
    ['NAME', 'READER'],
    ['work\u001b[2K', 'x\r\nforged\u009b31m'],
  ])
  expect(printed).toBe('NAME      READER\nwork [2K  x forged 31m\n')
  expect(oneLine('a\u202eb\u2028c')).toBe('a b c')
})
