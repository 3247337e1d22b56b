// The bridge is right with each setting of every switch: the same busy history under each of them.
import { afterEach, expect, it } from 'vitest'
import { switchNames, switchTable, valuesOf, type SwitchName } from '../../src/simulator/switches.ts'
import { Chance, Editor } from '../sync/editor.ts'
import { dayMs, Rig } from '../sync/rig.ts'

let rig: Rig | undefined

afterEach(async () => {
  await rig?.stop()
})

interface Setting {
  readonly name: SwitchName
  readonly value: string | number | boolean
}

// `endless` never lets a round end: chains.test.ts looks at it. The defaults together are one case.
const settings: readonly Setting[] = [
  { name: 'cloud', value: 'global' },
  { name: 'cloud', value: 'national' },
  ...switchNames
    .filter((name) => switchTable[name].kind !== 'setting' && name !== 'endless')
    .flatMap((name) =>
      valuesOf(name)
        .slice(1)
        .map((value) => ({ name, value })),
    ),
]

const window = { kind: 'rolling', pastMs: 120 * dayMs, futureMs: 240 * dayMs } as const

it.each(settings)('with $name = $value the mirror shows what Graph shows', async ({ name, value }) => {
  rig = await Rig.start({ window, simulator: { seed: 7, events: 8, switches: { [name]: value } } })
  const editor = new Editor(rig.tenant, new Chance(11))
  await rig.round()
  expect(await rig.shown(rig.near())).toEqual(rig.expected(rig.near()))
  const done = Array.from({ length: 12 }, () => editor.edit())
  await rig.round(name === 'deletedOccurrence' ? { auditEveryMs: 0 } : {})
  expect([done, await rig.shown(rig.near())]).toEqual([done, rig.expected(rig.near())])
})
