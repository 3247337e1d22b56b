// What a client demands of a resource before it is changed (RFC 9110 §13.1.1, §13.1.2).
import { ConflictError } from '../base/errors.ts'
import type { WriteConditions } from '../calendar/backend.ts'
import type { Resource } from '../calendar/resource.ts'

type Tagged = Pick<Resource, 'etag'>

/** Holds the resource as it is now (undefined: there is none) against the conditions. @throws ConflictError */
export function checkConditions({ ifMatch, ifNoneMatch }: WriteConditions, resource: Tagged | undefined): void {
  const etag = resource?.etag
  const isOneOf = (tags: readonly string[] | '*'): boolean =>
    etag !== undefined && (tags === '*' || tags.includes(etag))
  if (ifMatch !== undefined && !isOneOf(ifMatch)) throw new ConflictError('the event is not as it was when you read it')
  if (ifNoneMatch !== undefined && isOneOf(ifNoneMatch)) throw new ConflictError('there is such an event already')
}

/** Whether `checkConditions` would be content. */
export function holds(conditions: WriteConditions, resource: Tagged | undefined): boolean {
  try {
    checkConditions(conditions, resource)
    return true
  } catch (error) {
    if (error instanceof ConflictError) return false
    throw error
  }
}

/** True when the client says which text it had. */
export function namesText({ ifMatch }: WriteConditions): boolean {
  return ifMatch !== undefined && ifMatch !== '*'
}
