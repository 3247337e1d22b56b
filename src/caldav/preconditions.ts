// What is refused, and how: the only table of error kind → status and precondition element (RFC 4918 §16, RFC 4791
// §5.3.2.1, §7.8-7.10, RFC 3744 §7.1.1, RFC 6578 §3.2).
import { GraphdavError, UnavailableError, type ErrorCode } from '../base/errors.ts'
import type { DavAnswer } from './exchange.ts'
import { caldav, dav, type Name } from './names.ts'
import { element, printDocument, type XmlNode } from './xml.ts'

interface Refusal {
  readonly status: number
  /** The element below `D:error`; without one the body is the sentence alone. */
  readonly precondition?: Name
}

const refusals = {
  'bad-request': { status: 400 },
  forbidden: { status: 403 },
  'not-found': { status: 404 },
  'method-not-allowed': { status: 405 },
  conflict: { status: 412 },
  'precondition-failed': { status: 412 },
  'too-large': { status: 413 },
  'unsupported-media-type': { status: 415 },
  'bad-gateway': { status: 502 },
  'no-parent': { status: 409 },
  unavailable: { status: 503 },
  'need-privileges': { status: 403, precondition: dav('need-privileges') },
  'propfind-finite-depth': { status: 403, precondition: dav('propfind-finite-depth') },
  'supported-report': { status: 403, precondition: dav('supported-report') },
  'number-of-matches-within-limits': { status: 507, precondition: dav('number-of-matches-within-limits') },
  'sync-traversal-supported': { status: 403, precondition: dav('sync-traversal-supported') },
  'valid-sync-token': { status: 403, precondition: dav('valid-sync-token') },
  // Only `need-privileges` stands beside the sentence: no RFC has an element for it.
  'forbidden-name': { status: 403 },
  'valid-resourcetype': { status: 403, precondition: dav('valid-resourcetype') },
  'calendar-collection-location-ok': { status: 403, precondition: caldav('calendar-collection-location-ok') },
  'max-attendees-per-instance': { status: 403, precondition: caldav('max-attendees-per-instance') },
  'max-date-time': { status: 403, precondition: caldav('max-date-time') },
  'max-instances': { status: 403, precondition: caldav('max-instances') },
  'max-resource-size': { status: 403, precondition: caldav('max-resource-size') },
  'min-date-time': { status: 403, precondition: caldav('min-date-time') },
  'no-uid-conflict': { status: 403, precondition: caldav('no-uid-conflict') },
  'supported-calendar-component': { status: 403, precondition: caldav('supported-calendar-component') },
  'supported-calendar-data': { status: 403, precondition: caldav('supported-calendar-data') },
  'supported-collation': { status: 403, precondition: caldav('supported-collation') },
  'supported-filter': { status: 403, precondition: caldav('supported-filter') },
  'unique-scheduling-object-resource': {
    status: 403,
    precondition: caldav('unique-scheduling-object-resource'),
  },
  'valid-calendar-data': { status: 403, precondition: caldav('valid-calendar-data') },
  'valid-calendar-object-resource': { status: 403, precondition: caldav('valid-calendar-object-resource') },
  'valid-filter': { status: 403, precondition: caldav('valid-filter') },
  'valid-timezone': { status: 403, precondition: caldav('valid-timezone') },
  'valid-scheduling-message': { status: 403, precondition: caldav('valid-scheduling-message') },
} as const satisfies Readonly<Record<string, Refusal>>

/** Why a request is refused. */
export type RefusalKind = keyof typeof refusals

/** What our own errors mean to a DAV client; codes that are not here are failures of ours. */
const kindOfCode: Partial<Readonly<Record<ErrorCode, RefusalKind>>> = {
  'not-found': 'not-found',
  forbidden: 'need-privileges',
  conflict: 'conflict',
  'too-large': 'too-large',
  unavailable: 'unavailable',
}

/** A request that is refused. The message is a plain sentence for the person at the client. */
export class DavError extends GraphdavError {
  readonly kind: RefusalKind
  /** What stands inside the precondition element. */
  readonly details: readonly XmlNode[]
  /** Elements beside the precondition. */
  readonly beside: readonly XmlNode[]
  readonly headers: Readonly<Record<string, string>>

  constructor(
    kind: RefusalKind,
    message: string,
    more: {
      readonly details?: readonly XmlNode[]
      readonly beside?: readonly XmlNode[]
      readonly headers?: Readonly<Record<string, string>>
    } = {},
  ) {
    super('usage', message)
    this.kind = kind
    this.details = more.details ?? []
    this.beside = more.beside ?? []
    this.headers = more.headers ?? {}
  }
}

/** 403: the user lacks a privilege on a resource (RFC 3744 §7.1.1). */
export function needPrivileges(href: string, privilege: Name, message: string): DavError {
  const missing = element(dav('resource'), element(dav('href'), href), element(dav('privilege'), element(privilege)))
  return new DavError('need-privileges', message, { details: [missing] })
}

/** The answer to an error that a client caused or has to hear of; undefined for a failure of ours. */
export function refusalAnswer(error: unknown): DavAnswer | undefined {
  if (!(error instanceof GraphdavError)) return undefined
  const kind = error instanceof DavError ? error.kind : kindOfCode[error.code]
  if (kind === undefined) return undefined
  const refusal: Refusal = refusals[kind]
  const headers = { ...(error instanceof DavError ? error.headers : {}), ...retryAfter(error) }
  const beside = error instanceof DavError ? error.beside : []
  if (refusal.precondition === undefined && beside.length === 0) {
    return {
      status: refusal.status,
      headers: { ...headers, 'Content-Type': 'text/plain; charset=utf-8' },
      body: `${error.message}\n`,
    }
  }
  const details = error instanceof DavError ? error.details : []
  const precondition = refusal.precondition === undefined ? [] : [element(refusal.precondition, ...details)]
  const sentence = element(dav('responsedescription'), error.message)
  return {
    status: refusal.status,
    headers: { ...headers, 'Content-Type': 'application/xml; charset=utf-8' },
    body: printDocument(element(dav('error'), ...precondition, ...beside, sentence)),
  }
}

/** The status line of a refusal inside a multistatus. */
export function statusOf(kind: RefusalKind): number {
  return refusals[kind].status
}

function retryAfter(error: GraphdavError): Readonly<Record<string, string>> {
  return error instanceof UnavailableError ? { 'Retry-After': String(Math.ceil(error.retryAfterSeconds)) } : {}
}
