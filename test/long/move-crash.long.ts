// Crash points of a MOVE, some hundred requests and disk operations: every thirtieth, every third with FULL=1; SEED says which.
import { expect, it } from 'vitest'
import { brokenMoves } from '../sync/move-crashes.ts'
import { MoveRig } from '../sync/move-rig.ts'

it('a move is finished or taken back by the repeat after a crash at any point', { timeout: 600_000 }, async () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
  const every = Number(process.env['EVERY'] ?? (process.env['FULL'] === '1' ? 3 : 30))
  const rig = await MoveRig.start(seed)
  try {
    expect({ seed, broken: await brokenMoves(rig, 1 + (seed % every), every) }).toEqual({ seed, broken: [] })
  } finally {
    await rig.desk.stop()
  }
})
