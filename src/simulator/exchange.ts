// One request and what is sent back, as the socket side sees them.
import type { IncomingHttpHeaders } from 'node:http'
import { type Answer, errorJson } from './answer.ts'
import { Refusal } from './refusal.ts'
import type { World } from './world.ts'
import { printHttpDate } from './zone-time.ts'

export interface Incoming {
  readonly method: string
  /** Path and query as sent. */
  readonly url: URL
  /** The same for people and patterns: percent-decoded. */
  readonly text: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** Aborted when the client goes away or the simulator stops. */
  readonly signal: AbortSignal
}

/** What the socket side does; `drop` closes the connection without a word, `cut` in the middle of the body. */
export type Outgoing =
  | {
      readonly kind: 'answer' | 'cut'
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly body: string
    }
  | { readonly kind: 'drop' }

/** The ids that go through everything said about one request. */
export interface RequestIds {
  readonly requestId: string
  readonly clientRequestId: string
  /** UTC without a zone, as Graph's error bodies have it. */
  readonly date: string
}

/** Status, headers and body of an answer, with the headers that all of Graph's answers have. */
export function print(world: World, ids: RequestIds, answer: Answer): Extract<Outgoing, { kind: 'answer' | 'cut' }> {
  return {
    kind: 'answer',
    status: answer.status,
    headers: {
      'request-id': ids.requestId,
      'client-request-id': ids.clientRequestId,
      'x-ms-ags-diagnostic':
        '{"ServerInfo":{"DataCenter":"Simulated","Slice":"E","Ring":"0","ScaleUnit":"000","RoleInstance":"1"}}',
      Date: printHttpDate(world.tenant.clock.now()),
      'Strict-Transport-Security': 'max-age=31536000',
      'Cache-Control': 'private',
      ...(answer.json ? { 'Content-Type': contentType } : {}),
      ...answer.headers,
    },
    body: answer.json ? JSON.stringify(answer.json) : '',
  }
}

const contentType = 'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8'

/** The error answer of anything thrown; what is no Refusal is a mistake of the simulator and is kept as a violation. */
export function answerOfError(world: World, ids: RequestIds, error: unknown): Answer {
  if (error instanceof Refusal) {
    return { status: error.status, headers: error.headers, json: errorJson(error, ids) }
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  world.violations.push(`the simulator failed: ${message}`)
  return { status: 500, json: errorJson({ code: 'SimulatorFailure', message }, ids) }
}

/** A header that may have been sent several times, as one line. */
export function headerText(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value : (value ?? []).join(', ')
}

/** Percent-decoded; a text that cannot be decoded stays as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
