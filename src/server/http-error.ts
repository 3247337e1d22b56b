// A request that the server refuses before any protocol is spoken: signing in, unknown methods.
import { GraphdavError } from '../base/errors.ts'

/** Becomes this status with these headers; the message is the body. */
export class HttpError extends GraphdavError {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super('usage', message)
    this.status = status
    this.headers = headers
  }
}
