// The control API on the simulator's own port: JSON over HTTP below /control, without the Graph token.
import type { Control } from './control.ts'
import { type Incoming, type Outgoing } from './exchange.ts'
import { badRequest, Refusal } from './refusal.ts'
import type { World } from './world.ts'

export function answerControl(_world: World, control: Control, incoming: Incoming): Outgoing {
  try {
    if (incoming.url.pathname === '/control/calendars') return ok(control.calendars())
    throw badRequest('no such control')
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { kind: 'answer', status: error.status, headers: {}, body: JSON.stringify({ error: error.message }) }
  }
}
function ok(value: unknown): Outgoing {
  return { kind: 'answer', status: 200, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) }
}
