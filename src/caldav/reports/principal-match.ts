// principal-match (RFC 3744 §9.3): the principal that is the user, or the resources that name the user in a property.
import { prefersMinimal } from '../exchange.ts'
import { multistatus, propertiesResponse } from '../multistatus.ts'
import { dav } from '../names.ts'
import { DavError } from '../preconditions.ts'
import { readSelected, select } from '../properties/lookup.ts'
import { hrefOf } from '../routes.ts'
import { hrefOfSubject, membersOf, type Subject } from '../subject.ts'
import { childNamed, childrenNamed, elementsOf, textOf } from '../xml.ts'
import type { Report, ReportExchange } from './report.ts'

/** Runs the report. */
export const principalMatch: Report = async (exchange) => {
  const { body, session, request } = exchange
  const prop = childNamed(body, dav('prop'))
  const selection = select(prop === undefined ? [] : elementsOf(prop).map(({ name }) => name))
  const isMinimal = prefersMinimal(request)
  const subjects = await matching(exchange)
  return multistatus(
    subjects.map((subject) => {
      const { found, missing } = readSelected(selection, subject, session)
      return propertiesResponse(hrefOfSubject(subject, session), found, isMinimal ? null : missing)
    }),
  )
}

async function matching(exchange: ReportExchange): Promise<readonly Subject[]> {
  const { body, subject, session, backend } = exchange
  const property = childNamed(body, dav('principal-property'))
  if (childNamed(body, dav('self'))) {
    return ['root', 'principals', 'principal'].includes(subject.kind) ? [{ kind: 'principal' }] : []
  }
  if (!property) throw new DavError('bad-request', 'a principal-match asks for self or a principal-property')
  const selection = select(elementsOf(property).map(({ name }) => name))
  const self = hrefOf({ kind: 'principal', user: session.user }, session.prefix)
  return (await membersOf(subject, session, backend)).filter((member) =>
    readSelected(selection, member, session).found.some((value) =>
      childrenNamed(value, dav('href')).some((href) => textOf(href) === self),
    ),
  )
}
