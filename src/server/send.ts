// Puts an answer of the protocol code into Koa's response.
import { Readable } from 'node:stream'
import type Koa from 'koa'
import type { DavAnswer } from '../caldav/exchange.ts'

/** Sends status, headers and body. A stream that fails half-way ends the connection: the client sees that it is cut. */
export function sendAnswer(ctx: Koa.Context, answer: DavAnswer): void {
  const { body } = answer
  // The body first: Koa derives a status and a type from it, which are then set right.
  if (body === undefined) ctx.body = answer.status === 304 || answer.status === 204 ? null : ''
  else if (typeof body === 'string') ctx.body = body
  else {
    const stream = Readable.from(body)
    stream.once('error', () => ctx.res.destroy())
    ctx.body = stream
  }
  ctx.status = answer.status
  ctx.remove('Content-Type')
  ctx.set({ ...answer.headers })
}
