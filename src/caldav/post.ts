// POST (RFC 9110 §9.3.3): to the outbox a question, anywhere else a refusal.
import type { Method } from './method.ts'
import { postToOutbox } from './outbox.ts'
import { refuseWrite } from './write-refusal.ts'

/** Answers POST. */
export const post: Method = (exchange) =>
  exchange.location.kind === 'outbox' ? postToOutbox(exchange) : refuseWrite(exchange)
