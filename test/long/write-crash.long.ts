// Crash points of writing a series: every other one, all with FULL=1; a fifth of them is in `npm test`.
import { expect, it } from 'vitest'
import { brokenCrashPoints } from '../sync/write-crashes.ts'
import { WriteRig } from '../sync/write-rig.ts'

it('a write is finished by the repeat after a crash at any point', { timeout: 120_000 }, async () => {
  const bridge = await WriteRig.start()
  try {
    expect(await brokenCrashPoints(bridge, process.env['FULL'] === '1' ? 1 : 2)).toEqual([])
  } finally {
    await bridge.stop()
  }
})
