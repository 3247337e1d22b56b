// Which methods a resource has: what Allow says, and what the privileges have to agree with.
import type { Session, Subject } from './subject.ts'

/** The methods that a subject answers with something else than a refusal, for the Allow header. */
export function methodsOf(subject: Subject, { principal }: Session): readonly string[] {
  const reading = ['OPTIONS', 'PROPFIND', 'PROPPATCH', 'REPORT']
  switch (subject.kind) {
    case 'site':
    case 'root':
    case 'principals':
    case 'homes':
      return ['OPTIONS', 'PROPFIND', 'REPORT']
    case 'principal':
    case 'inbox':
      return reading
    case 'home':
      return principal.mayCreateCalendars ? [...reading, 'MKCALENDAR', 'MKCOL'] : reading
    case 'outbox':
      return [...reading, 'POST']
    case 'collection':
      return ['GET', 'HEAD', ...reading, ...(subject.collection.isRemovable ? ['DELETE'] : [])]
    case 'resource':
      return [
        'GET',
        'HEAD',
        ...reading,
        ...(subject.collection.access === 'read-write' ? ['PUT', 'DELETE', 'MOVE'] : []),
      ]
  }
}
