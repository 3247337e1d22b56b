// The control API on the simulator's own port: JSON over HTTP below /control, without the Graph token. `GET /control`
// answers this list. A calendar is named by the query or body members `mailbox` (me, address, id) and `calendar` (default,
// name, id); both have defaults. Bodies of events are Graph JSON (see control.ts for what may be set beyond Graph).
import type { Control, Where } from './control.ts'
import { defined, isObject, type JsonObject, objectAt, parseBody, stringAt } from './json.ts'
import { parseFaultOrder } from './faults.ts'
import { decoded, type Incoming, type Outgoing } from './exchange.ts'
import { badRequest, Refusal } from './refusal.ts'
import { parseScripts } from './scripts.ts'
import { parseSwitches, switchNames, switchTable, valuesOf } from './switches.ts'
import type { World } from './world.ts'
import { parseInstant, printInstant } from './zone-time.ts'

interface Asked {
  readonly world: World
  readonly control: Control
  /** The parts of the path that stand for `{…}`. */
  readonly parts: readonly string[]
  readonly parameters: URLSearchParams
  readonly body: () => JsonObject
}

interface ControlRoute {
  readonly method: string
  readonly path: string
  readonly meaning: string
  readonly handle: (asked: Asked) => unknown
}

/** Every control request: method, path, what it does, and the doing. */
const table: readonly ControlRoute[] = [
  route('GET', '/control', 'this list', () => list()),
  route('GET', '/control/calendars', 'all calendars with their ids', ({ control }) => control.calendars()),
  route('POST', '/control/calendars', '{mailbox, name, color?, hexColor?, canEdit?} → {id}', createCalendar),
  route(
    'PATCH',
    '/control/calendars',
    '{mailbox?, calendar, name?, color?, hexColor?, canEdit?}',
    ({ control, body }) => {
      const { name, color, hexColor, canEdit } = body()
      const texts = { name: optionalText(name), color: optionalText(color), hexColor: optionalText(hexColor) }
      control.updateCalendar(
        whereOf(body()),
        defined({ ...texts, canEdit: canEdit === undefined ? undefined : canEdit === true }),
      )
    },
  ),
  route('DELETE', '/control/calendars', '?mailbox&calendar', ({ control, parameters }) =>
    control.deleteCalendar(whereOf(Object.fromEntries(parameters))),
  ),
  route(
    'POST',
    '/control/calendars/new-id',
    '{mailbox?, calendar?}: another id, the old one is 404 → {id}',
    (asked) => ({
      id: asked.control.replaceCalendarId(whereOf(asked.body())),
    }),
  ),
  route('GET', '/control/truth', '?mailbox&calendar&from&to: all events, and all instances in the range', truth),
  route('POST', '/control/events', '{mailbox?, calendar?, event} → {id, immutableId}', ({ control, body }) =>
    control.createEvent(whereOf(body()), objectAt(body(), 'event') ?? {}),
  ),
  route('PATCH', '/control/events/{id}', 'the changed members', ({ control, parts: [id = ''], body }) =>
    control.updateEvent(id, body()),
  ),
  route('DELETE', '/control/events/{id}', 'deletes it', ({ control, parts: [id = ''] }) => control.deleteEvent(id)),
  route('POST', '/control/events/{id}/move', '{calendar}', ({ control, parts: [id = ''], body }) =>
    control.moveEvent(id, whereOf(body())),
  ),
  route('POST', '/control/events/{id}/copy', '{mailbox?, calendar?}', ({ control, parts: [id = ''], body }) =>
    control.copyEvent(id, whereOf(body())),
  ),
  route('PATCH', '/control/events/{id}/instances/{date}', 'changes the instance of a slot', (asked) => {
    const [id = '', date = ''] = asked.parts
    return asked.control.updateInstance(id, date, asked.body())
  }),
  route('DELETE', '/control/events/{id}/instances/{date}', 'cancels the instance of a slot', (asked) => {
    const [id = '', date = ''] = asked.parts
    asked.control.cancelInstance(id, date)
  }),
  route('GET', '/control/switches', 'all switches: value, allowed values, meaning', ({ world }) => switches(world)),
  route('PATCH', '/control/switches', '{name: value}', setSwitches),
  route('GET', '/control/faults', 'the orders that stand', ({ world }) => world.faults.list()),
  route(
    'POST',
    '/control/faults',
    '{method?, path?, count?, skip?, when?, effect} (see faults.ts) → {id}',
    (asked) => ({
      id: asked.world.faults.add(parseFaultOrder(asked.body())),
    }),
  ),
  route('DELETE', '/control/faults', 'no faults any more', ({ world }) => world.faults.clear()),
  route('GET', '/control/clock', '→ {now}', ({ world }) => ({ now: printInstant(world.tenant.clock.now()) })),
  route('POST', '/control/clock', '{now: RFC 3339} or {advanceMs}', setClock),
  route('GET', '/control/requests', '→ {requests, mostInFlight by mailbox}', ({ world }) => ({
    requests: world.log.list(),
    mostInFlight: world.meter.all(),
  })),
  route('DELETE', '/control/requests', 'forgets them', ({ world }) => {
    world.log.reset()
    world.meter.reset()
  }),
  route('POST', '/control/tokens/expire', '{mailbox?, calendar?}: delta tokens stop working; {}: all', expireTokens),
  route('POST', '/control/bearer/renew', 'access tokens stop working → {token, applicationToken}', ({ world }) => {
    world.bearers.renew()
    return { token: world.bearers.delegated, applicationToken: world.bearers.application }
  }),
  route('PATCH', '/control/mailboxes/{mailbox}', '{isReachable}', ({ control, parts: [name = ''], body }) =>
    control.setReachable(name, body()['isReachable'] === true),
  ),
  route('GET', '/control/scripts', 'the scripts in force', ({ world }) => world.scripts.list()),
  route('PUT', '/control/scripts', '{scripts: […]} (see scripts.ts)', ({ world, body }) =>
    world.scripts.set(parseScripts(body())),
  ),
  route('DELETE', '/control/scripts', 'none any more', ({ world }) => world.scripts.set([])),
  route('GET', '/control/outbox', 'mails that would have been sent', ({ world }) => world.tenant.outbox),
  route('DELETE', '/control/outbox', 'forgets them', ({ world }) => {
    world.tenant.outbox.length = 0
  }),
  route('GET', '/control/violations', 'answers that broke the schema', ({ world }) => world.violations),
]

/** Answers a control request; 204 when there is nothing to say, 400 with {error} when it was wrong. */
export function answerControl(world: World, control: Control, incoming: Incoming): Outgoing {
  try {
    const path = incoming.url.pathname.replace(/\/$/, '')
    for (const { method, path: pattern, handle } of table) {
      const parts = method === incoming.method ? partsOf(pattern, path) : undefined
      if (!parts) continue
      const body = (): JsonObject => (incoming.body === '' ? {} : parseBody(incoming.body))
      return reply(200, handle({ world, control, parts, parameters: incoming.url.searchParams, body }))
    }
    return reply(404, { error: 'There is no such control request; GET /control lists them.' })
  } catch (error) {
    if (!(error instanceof Refusal) && !(error instanceof SyntaxError)) throw error
    return reply(error instanceof Refusal ? error.status : 400, { error: error.message })
  }
}

function route(method: string, path: string, meaning: string, handle: ControlRoute['handle']): ControlRoute {
  return { method, path, meaning, handle }
}

function list(): readonly Omit<ControlRoute, 'handle'>[] {
  return table.map(({ method, path, meaning }) => ({ method, path, meaning }))
}

/** What stands for the braces of a pattern; undefined when the path is another. */
function partsOf(pattern: string, path: string): readonly string[] | undefined {
  const [wanted, given] = [pattern.split('/'), path.split('/')]
  if (wanted.length !== given.length) return undefined
  const isFit = wanted.every((part, place) => part.startsWith('{') || part === given[place])
  return isFit ? given.filter((_, place) => wanted[place]?.startsWith('{')).map(decoded) : undefined
}

function reply(status: number, value: unknown): Outgoing {
  if (value === undefined) return { kind: 'answer', status: 204, headers: {}, body: '' }
  const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' }
  return { kind: 'answer', status, headers, body: JSON.stringify(value, undefined, 2) }
}

function whereOf(object: JsonObject): Where {
  return defined({ mailbox: stringAt(object, 'mailbox'), calendar: stringAt(object, 'calendar') })
}

function optionalText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function createCalendar({ control, body }: Asked): unknown {
  const { mailbox, name, color, hexColor, canEdit } = body()
  const made = defined({
    name: optionalText(name) ?? '',
    color: optionalText(color),
    hexColor: optionalText(hexColor),
    canEdit: canEdit === undefined ? undefined : canEdit === true,
  })
  return { id: control.createCalendar(optionalText(mailbox) ?? 'me', made) }
}

function truth({ control, parameters }: Asked): unknown {
  const [from, to] = [parameters.get('from'), parameters.get('to')]
  return control.truth(whereOf(Object.fromEntries(parameters)), from !== null && to !== null ? { from, to } : undefined)
}

function switches(world: World): unknown {
  return Object.fromEntries(
    switchNames.map((name) => [
      name,
      {
        value: world.switches[name],
        allowed: valuesOf(name),
        kind: switchTable[name].kind,
        meaning: switchTable[name].meaning,
      },
    ]),
  )
}

function setSwitches({ world, body }: Asked): void {
  const { changes, wrong } = parseSwitches(body())
  if (wrong.length > 0) throw badRequest(wrong.join('; '))
  world.switches = { ...world.switches, ...changes }
}

function setClock({ world, body }: Asked): unknown {
  const { now, advanceMs } = body()
  const instant = typeof now === 'string' ? parseInstant(now) : undefined
  if (instant !== undefined) world.tenant.clock.set(instant)
  else if (typeof advanceMs === 'number') world.tenant.clock.advance(advanceMs)
  else throw badRequest('now is an RFC 3339 time, advanceMs a number.')
  return { now: printInstant(world.tenant.clock.now()) }
}

function expireTokens({ control, body }: Asked): void {
  const where = body()
  control.expireTokens(isObject(where) && Object.keys(where).length > 0 ? whereOf(where) : undefined)
}
