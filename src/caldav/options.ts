// OPTIONS (RFC 4918 §10.1, RFC 4791 §5.1): the same DAV header everywhere, Allow true for each resource.
import { methodsOf } from './methods.ts'
import { openSession, type Method } from './method.ts'
import { findSubject } from './subject.ts'

/** Answers OPTIONS. */
export const options: Method = async (exchange) => {
  const session = await openSession(exchange)
  const subject = await findSubject(exchange.location, session, exchange.backend)
  return { status: 200, headers: { Allow: methodsOf(subject, session).join(', ') }, body: '' }
}
