import { expect, it } from 'vitest'
import { Queue } from '../../src/base/queue.ts'

it('work runs one after the other, also after a failure', async () => {
  const queue = new Queue()
  const told: string[] = []
  const work = (name: string, failure?: Error) => async (): Promise<string> => {
    told.push(`${name} begins`)
    await Promise.resolve()
    told.push(`${name} ends`)
    if (failure) throw failure
    return name
  }
  const failing = queue.run(work('one', new Error('no')))
  const other = queue.run(work('two'))
  await expect(failing).rejects.toThrow('no')
  await expect(other).resolves.toBe('two')
  await queue.idle
  expect(told).toEqual(['one begins', 'one ends', 'two begins', 'two ends'])
})
