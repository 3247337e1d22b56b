// A busy tenant that misbehaves: people edit all the time, Graph throttles, fails, cuts answers and forgets delta tokens.
import type { FaultOrder } from '../../src/simulator/faults.ts'
import { statusFault } from '../../src/simulator/faults.ts'
import type { Simulator } from '../../src/simulator/simulator.ts'
import { Editor, type Chance } from '../sync/editor.ts'
import { every } from './every.ts'

/** So many events are kept; who makes more, removes some. */
const population = 400

const faults: readonly FaultOrder[] = [
  { count: 3, effect: statusFault(429, { retryAfter: '1' }) },
  { count: 2, effect: statusFault(503, { retryAfter: '2' }) },
  { count: 2, effect: statusFault(500) },
  { count: 1, effect: statusFault(504, { body: 'html' }) },
  { count: 2, effect: { kind: 'drop' } },
  { count: 1, effect: { kind: 'cut' } },
  { count: 1, effect: { kind: 'truncated' } },
  { count: 3, effect: { kind: 'slow', ms: 1500 } },
  { count: 1, path: 'delta.*token', effect: { kind: 'gone' } },
  { method: 'POST', count: 1, when: 'after', effect: { kind: 'drop' } },
  { method: 'PATCH', count: 1, when: 'after', effect: statusFault(503) },
]

/** Keeps a tenant busy until the signal. Resolves to how much was done. */
export async function keepBusy(
  tenant: Simulator,
  { chance, signal }: { readonly chance: Chance; readonly signal: AbortSignal },
): Promise<{ readonly edits: number; readonly faults: number }> {
  const editor = new Editor(tenant, chance)
  const done = { edits: 0, faults: 0 }
  const edit = (): void => {
    editor.edit()
    done.edits += 1
    const { events } = tenant.control.truth({})
    if (events.length > population) tenant.control.deleteEvent(String(chance.pick(events)['id']))
  }
  const fail = (): void => {
    tenant.faults.clear()
    tenant.faults.add(chance.pick(faults))
    done.faults += 1
  }
  const forget = (): void => tenant.control.expireTokens(undefined)
  await Promise.all([every(150, edit, signal), every(1_500, fail, signal), every(60_000, forget, signal)])
  tenant.faults.clear()
  return done
}
