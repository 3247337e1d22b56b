// One Graph request through all its stations: authentication, throttling, faults, scripts, the tenant, the schema check.
// Graph pages "Microsoft Graph error responses", "Throttling guidance".
import type { Answer, GraphRequest } from './answer.ts'
import { broken, needsAnswer } from './broken-answer.ts'
import { answerOfError, decoded, headerText, type Incoming, type Outgoing, print, type RequestIds } from './exchange.ts'
import { guidOf } from './ids.ts'
import { parsePreferences } from './preferences.ts'
import { Refusal } from './refusal.ts'
import { route } from './routes.ts'
import { mailboxOfPath, noSegment, targetOf } from './target.ts'
import { placeOf, type World } from './world.ts'
import { printInstant } from './zone-time.ts'

/** Answers a request whatever happens; throws only when waiting was aborted. */
export async function answerGraph(world: World, incoming: Incoming): Promise<Outgoing> {
  const mailbox = mailboxIdOf(world, incoming.url.pathname)
  const ids = idsOf(world, incoming)
  const end = world.log.begin({
    at: world.tenant.clock.now(),
    method: incoming.method,
    path: incoming.text,
    mailbox,
    prefer: headerText(incoming.headers.prefer),
    body: incoming.body,
    requestId: ids.requestId,
  })
  const outgoing = await throughGate(world, incoming, ids, mailbox)
  end(outgoing.kind === 'drop' ? 0 : outgoing.status)
  return outgoing
}

async function throughGate(world: World, incoming: Incoming, ids: RequestIds, mailbox: string): Promise<Outgoing> {
  let leave: (() => void) | undefined
  try {
    const isApplication = authorize(world, incoming)
    leave = enter(world, mailbox)
    return await answered(world, incoming, ids, isApplication)
  } catch (error) {
    if (incoming.signal.aborted) return { kind: 'drop' }
    return print(world, ids, answerOfError(world, ids, error))
  } finally {
    leave?.()
  }
}

async function answered(world: World, incoming: Incoming, ids: RequestIds, isApplication: boolean): Promise<Outgoing> {
  const fault = world.faults.take(incoming.method, incoming.text)
  const isHandled = !fault || fault.when === 'after' || needsAnswer(fault.effect)
  const right = isHandled ? handled(world, incoming, ids, isApplication) : undefined
  if (world.switches.latencyMs > 0) await world.tenant.clock.sleep(world.switches.latencyMs, incoming.signal)
  if (fault) return broken({ world, incoming, ids, effect: fault.effect, right })
  return right ?? { kind: 'drop' }
}

function authorize(world: World, incoming: Incoming): boolean {
  const [scheme = '', token = ''] = headerText(incoming.headers.authorization).split(' ')
  const kind = scheme.toLowerCase() === 'bearer' ? world.bearers.kindOf(token) : undefined
  if (kind) return kind === 'application'
  const message = token === '' ? 'Access token is empty.' : 'Lifetime validation failed, the token is expired.'
  throw new Refusal(401, 'InvalidAuthenticationToken', message, { 'WWW-Authenticate': 'Bearer error="invalid_token"' })
}

/** Counts the request in on the mailbox that it loads; refuses the one too many. */
function enter(world: World, mailbox: string): () => void {
  const leave = world.meter.enter(mailbox, world.switches.concurrency)
  if (leave) return leave
  const { throttleRetryAfter } = world.switches
  throw new Refusal(
    429,
    'ApplicationThrottled',
    'Application is over its MailboxConcurrency limit.',
    throttleRetryAfter === '' ? {} : { 'Retry-After': throttleRetryAfter },
  )
}

/** The owner's mailbox for a shared calendar; empty for a path without a mailbox. */
function mailboxIdOf(world: World, path: string): string {
  try {
    const { mailbox, rest } = mailboxOfPath(world.tenant, segmentsOf(path).slice(1), false)
    const target = targetOf(world.tenant, mailbox, rest)
    const source = 'scope' in target ? target.scope.calendar.source : undefined
    const owner = source === undefined ? undefined : world.tenant.calendars.get(source)
    return owner?.mailbox ?? mailbox.id
  } catch (error) {
    if (error instanceof Refusal) return ''
    throw error
  }
}

/** The tenant's (or a script's) answer, an error answer too; what breaks the schema is 500 instead. */
function handled(world: World, incoming: Incoming, ids: RequestIds, isApplication: boolean): Outgoing {
  const answer = attempt(world, ids, () => {
    const request = readRequest(world, incoming, isApplication)
    const { method, parameters, base } = request
    const scripted = world.scripts.find(method, segmentsText(request.path), parameters, base)
    return scripted ?? route({ place: placeOf(world), tokens: world.tokens, views: world.views }, request)
  })
  const { status, json } = answer
  const wrong = world.schemaCheck?.({ method: incoming.method, path: incoming.url.pathname, status, json }) ?? []
  if (wrong.length === 0) return print(world, ids, answer)
  world.violations.push(...wrong.map((sentence) => `${incoming.method} ${incoming.text}: ${sentence}`))
  const refusal = new Refusal(500, 'SimulatorSchemaViolation', wrong.join('; '))
  return print(world, ids, answerOfError(world, ids, refusal))
}

function attempt(world: World, ids: RequestIds, handle: () => Answer): Answer {
  try {
    return handle()
  } catch (error) {
    return answerOfError(world, ids, error)
  }
}

function readRequest(world: World, incoming: Incoming, isApplication: boolean): GraphRequest {
  const { pathname, searchParams } = incoming.url
  const [version = '', ...segments] = segmentsOf(pathname)
  if (version !== 'v1.0' && version !== 'beta') throw noSegment(version)
  return {
    method: incoming.method,
    path: pathname,
    version,
    segments,
    parameters: searchParams,
    headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, headerText(value)])),
    body: incoming.body,
    preferences: parsePreferences(headerText(incoming.headers.prefer)),
    base: world.base,
    isApplication,
  }
}

function idsOf(world: World, incoming: Incoming): RequestIds {
  const requestId = guidOf(`${world.tenant.seed}/request/${world.log.count}`)
  return {
    requestId,
    clientRequestId: headerText(incoming.headers['client-request-id']) || requestId,
    date: printInstant(world.tenant.clock.now()).slice(0, 19),
  }
}

function segmentsText(path: string): string {
  return `/${segmentsOf(path).join('/')}`
}

function segmentsOf(path: string): readonly string[] {
  return path
    .split('/')
    .filter((part) => part !== '')
    .map(decoded)
}
