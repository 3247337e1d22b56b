// An answer that is an error: Graph's status, code and message. Graph page "Microsoft Graph error responses".

/** Thrown by anything that refuses a request; becomes the error body of graph's shape at the edge. */
export class Refusal extends Error {
  readonly status: number
  readonly code: string
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.name = 'Refusal'
    this.status = status
    this.code = code
    this.headers = headers
  }
}

export const invalidRequest = (message: string): Refusal => new Refusal(400, 'ErrorInvalidRequest', message)

export const badProperty = (message: string): Refusal => new Refusal(400, 'ErrorPropertyValidationFailure', message)

export const badRequest = (message: string): Refusal => new Refusal(400, 'BadRequest', message)

export const itemNotFound = (): Refusal =>
  new Refusal(404, 'ErrorItemNotFound', 'The specified object was not found in the store.')

export const accessDenied = (): Refusal =>
  new Refusal(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.')

export const malformedId = (): Refusal => new Refusal(400, 'ErrorInvalidIdMalformed', 'Id is malformed.')

export const unknownZone = (label: string): Refusal =>
  new Refusal(
    400,
    'TimeZoneNotSupportedException',
    `A valid TimeZone value must be specified. The following TimeZone value is not supported: '${label}'.`,
  )
