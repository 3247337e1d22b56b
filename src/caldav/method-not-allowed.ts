// 405 with the methods there are (RFC 9110 §15.5.6).
import { methodsOf } from './methods.ts'
import { DavError } from './preconditions.ts'
import type { Session, Subject } from './subject.ts'

/** The refusal of a method that a resource does not have. */
export function methodNotAllowed(subject: Subject, session: Session, sentence: string): DavError {
  return new DavError('method-not-allowed', sentence, { headers: { Allow: methodsOf(subject, session).join(', ') } })
}
