// All of CalDAV as one function: request in, answer out. Refusals and failures are thrown (preconditions.ts says what
// they answer).
import type { DavAnswer, DavRequest } from './exchange.ts'
import { remove } from './delete.ts'
import { get } from './get.ts'
import { makeCalendar } from './make-calendar.ts'
import { methodNotAllowed } from './method-not-allowed.ts'
import { openSession, type CaldavOptions, type Method } from './method.ts'
import { move } from './move.ts'
import { createObjectReader } from './objects.ts'
import { options } from './options.ts'
import { post } from './post.ts'
import { propfind } from './propfind.ts'
import { proppatch } from './proppatch.ts'
import { put } from './put.ts'
import { report } from './report.ts'
import { parsePath } from './routes.ts'
import { createSpanMemory } from './single-span.ts'
import { findSubject } from './subject.ts'
import { createTurns } from './turns.ts'
import { refuseWrite } from './write-refusal.ts'

/** Answers the requests of signed-in users. */
export type CaldavHandler = (request: DavRequest) => Promise<DavAnswer>

/** The same on every resource: clients ask it of the principal, the home and the calendar alike. */
export const davHeader = '1, 3, access-control, extended-mkcol, calendar-access, calendar-auto-schedule'

const methods: Readonly<Partial<Record<string, Method>>> = {
  OPTIONS: options,
  GET: get,
  HEAD: get,
  PROPFIND: propfind,
  PROPPATCH: proppatch,
  REPORT: report,
  PUT: put,
  DELETE: remove,
  MKCALENDAR: makeCalendar,
  MKCOL: makeCalendar,
  MOVE: move,
  COPY: refuseWrite,
  POST: post,
}

/** Octets of text whose parsed objects are kept for the next query. */
const parsedBudget = 1024 * 1024

/** Texts of which it is known when they happen: some 100 octets each. */
const rememberedSpans = 60_000

/** Makes the handler. */
export function createCaldav(below: CaldavOptions): CaldavHandler {
  const readObject = createObjectReader(parsedBudget, below.log)
  const spans = createSpanMemory(rememberedSpans)
  const inTurn = createTurns()
  return async (request) => {
    const exchange = { ...below, readObject, spans, inTurn, request, location: parsePath(request.path) }
    const method = methods[request.method] ?? refuseMethod
    const answer = await method(exchange)
    return { ...answer, headers: { DAV: davHeader, ...answer.headers } }
  }
}

const refuseMethod: Method = async (exchange) => {
  const session = await openSession(exchange)
  const subject = await findSubject(exchange.location, session, exchange.backend)
  throw methodNotAllowed(subject, session, 'this method is not supported here')
}
