// Days of real clients (fixtures/traces): each request with what the client gets, what is sent to Graph, and the mails that go
// out. What a trace does not expect must not happen: nothing for reminders, colours, own categories and texts saved unchanged.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseTrace } from './trace-file.ts'
import { Replay } from './trace-replay.ts'

const folder = join(import.meta.dirname, '../../fixtures/traces')
const traces = readdirSync(folder).filter((name) => name.endsWith('.http'))

describe('the mails of a day are those that the person meant', () => {
  it.each(traces)('%s', async (name) => {
    const replay = await Replay.start(name.replace(/[-.].*$/, ''))
    try {
      const steps = parseTrace(readFileSync(join(folder, name), 'utf8'))
      const told: (readonly [string, readonly string[]])[] = []
      for (const step of steps) told.push([step.title, await replay.tell(step)])
      expect(told).toEqual(steps.map(({ title, expected }) => [title, expected]))
      expect(await replay.tellOfQuietRound()).toEqual([])
    } finally {
      await replay.stop()
    }
  })
})
