// Every plan of fixtures/write that the simulated tenant can carry out: afterwards Graph shows what the text says, and the
// same text again is no request; also when the plan was cut off in the middle.
import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareObjects, type ObjectChanges } from '../../src/convert/compare.ts'
import type { FieldChange } from '../../src/convert/compare-fields.ts'
import type { EventChanges } from '../../src/convert/compare-event.ts'
import { planPut, type PlanContext, type WantedObject, type WritePlan } from '../../src/convert/plan.ts'
import { shownObject } from '../../src/convert/plan-context.ts'
import { remainingRequests, type GraphRequest } from '../../src/convert/plan-request.ts'
import type { GraphSeries } from '../../src/graph/types.ts'
import type { CalendarObject } from '../../src/ical/object.ts'
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts'
import { PlanTenant } from './plan-tenant.ts'
import { printChanges } from './print-changes.ts'
import { planOf, readCase } from './write-cases.ts'

const folder = resolve(import.meta.dirname, '../../fixtures/write')

function requestsOf(name: string): readonly GraphRequest[] {
  const plan = planOf(readCase(join(folder, name))) as Partial<WritePlan>
  return plan.requests ?? []
}

/** Where Graph comes to by the change of a rule only. */
const unplaceable: readonly string[] = ['date-edited-beyond-its-neighbour']

function isPossible(name: string): boolean {
  if (unplaceable.includes(name)) return false
  const kinds = requestsOf(name).map(({ kind }) => kind)
  const isLeft = !requestsOf(name).some((request) => request.kind === 'remove' && request.target.slot === undefined)
  const isKnown = kinds.length > 0 && !kinds.includes('respond') && !kinds.includes('cancel')
  return isKnown && isLeft && readCase(join(folder, name)).wanted.now.length < 2
}

const cases = readdirSync(folder).filter(isPossible)

/** Where the text and Graph differ for good, and why. */
const knownLosses: Readonly<Record<string, string>> = {
  'date-made-again-after-a-rule': 'a link to Outlook is of the date that is gone',
  'this-and-future-by-evolution': 'a link to Outlook is of the event that was copied',
  'foreign-people-on-an-own-event': 'its people are not invited',
  'foreign-meeting-edited': 'only the organizer may change the rest',
  'meeting-people-left-out': 'the people stay',
  'new-foreign-meeting': 'stored without its people',
  'series-becomes-single': 'Graph keeps no cancelled dates of a single event',
}

let simulator: Simulator
let tenant: PlanTenant

beforeAll(async () => {
  simulator = await startSimulator({ events: 0, now: Date.UTC(2026, 2, 1) })
  tenant = new PlanTenant(simulator)
})

afterAll(async () => {
  await simulator.stop()
})

interface Outcome {
  readonly plan: WritePlan
  readonly series: GraphSeries | undefined
}

/** Carries a PUT out as the writer does: reads again where the plan says so, and plans what is still missing. */
async function write(wanted: WantedObject, context: PlanContext, cutBefore = Infinity): Promise<Outcome> {
  let [series] = wanted.now
  let plan = planPut(wanted, context)
  let done: readonly GraphRequest[] = []
  let sent = 0
  for (let round = 0; round < 10; round += 1) {
    const requests = remainingRequests(plan.requests, done)
    const result = await tenant.run(requests, series?.key, () => {
      sent += 1
      return sent === cutBefore
    })
    done = [...done, ...result.done]
    series = result.event === undefined ? undefined : await tenant.read(result.event)
    const isComplete = result.done.length === requests.length && result.done.at(-1)?.kind !== 'read-again'
    if (isComplete && !result.isCut) return { plan, series }
    plan = planPut({ ...wanted, now: series ? [series] : [] }, { ...context, isResumed: true })
  }
  throw new Error('the plan does not come to an end')
}

async function placed(name: string): Promise<{ readonly wanted: WantedObject; readonly context: PlanContext }> {
  const { wanted, context } = readCase(join(folder, name))
  const now: GraphSeries[] = []
  for (const series of wanted.now) {
    const read = await tenant.read(tenant.place(series))
    if (read) now.push(read)
  }
  const served = existsSync(join(folder, name, 'served.ics')) ? wanted.served : undefined
  return { wanted: { ...wanted, now, served }, context }
}

/** A rule that changes: what Graph does to the exceptions then is not known. */
const ruled = cases.filter((name) => requestsOf(name).some(({ kind }) => kind === 'read-again'))

describe.each(['dropsOnChange', 'drops', 'keeps'] as const)('when a changed rule %s exceptions', (recurrencePatch) => {
  it.each(recurrencePatch === 'dropsOnChange' ? cases : ruled)('%s', async (name) => {
    simulator.setSwitches({ recurrencePatch })
    const { wanted, context } = await placed(name)
    const served =
      wanted.now.length === 0 ? undefined : (wanted.served ?? shownObject(wanted.now, wanted.wanted.uid, context))
    const { plan, series } = await write(wanted, context)
    expect(series).toBeDefined()
    const now = series ? [series] : []
    const after = shownObject(now, wanted.wanted.uid, { ...context, local: plan.local })
    const compare = { floatingZone: context.mailboxZone, ownAddresses: context.ownAddresses }
    // What the person changed has arrived.
    const own = served && compareObjects(served, wanted.wanted, compare)
    const missing = stillMissing(own, compareObjects(after, wanted.wanted, compare))
    expect(knownLosses[name] === undefined ? missing : []).toEqual([])
    // The same text once more is no request.
    const again = planPut({ ...wanted, now, served }, { ...context, local: plan.local, isResumed: true })
    expect(again.requests).toEqual([])
  })
})

/** What is missing afterwards of what was changed; of a new object, everything that is missing. */
function stillMissing(own: ObjectChanges | undefined, left: ObjectChanges): readonly string[] {
  const names = (changes: ObjectChanges): readonly string[] => [
    ...fieldsOf(changes.master),
    ...changes.overrides.flatMap(({ slot, changes: event }) => fieldsOf(event).map((field) => `${slot.day} ${field}`)),
    ...changes.cancelled.map(({ day }) => `${day} cancelled`),
  ]
  const changed = own && names(own)
  return names(left).filter((name) => changed === undefined || changed.includes(name))
}

function fieldsOf({ fields, people, alarms, kept }: EventChanges): readonly string[] {
  const lines = [...fields, ...kept].filter((line) => !isLinkOfOutlook(line)).map(({ field }) => field)
  return [...lines, ...people.added, ...people.removed, ...alarms.added]
}

// Its events have other links, and none is a client's to give.
function isLinkOfOutlook({ field, after = '' }: FieldChange): boolean {
  return field === 'URL' && after.includes('outlook.office365.com')
}

describe('a plan that is cut off', () => {
  const long = cases.filter((name) => requestsOf(name).length > 1)

  it.each(long)('%s is finished by a repeat', async (name) => {
    const whole = await placed(name)
    const { uid } = whole.wanted.wanted
    const { mailboxZone: floatingZone, ownAddresses } = whole.context
    const shown = ({ plan, series }: Outcome): CalendarObject =>
      shownObject(series ? [series] : [], uid, { ...whole.context, local: plan.local })
    const expected = shown(await write(whole.wanted, whole.context))
    for (let cut = 2; cut <= requestsOf(name).length; cut += 1) {
      const once = await placed(name)
      const after = shown(await write(once.wanted, once.context, cut))
      expect(printChanges(compareObjects(after, expected, { floatingZone, ownAddresses }))).toEqual({})
    }
  })
})
