// What a write that cannot be done answers (RFC 4791 §5.3.2.1): a refusal that will not pass carries
// `need-privileges` beside its own element, or DAVx5 stops its whole round for that calendar.
import { DavError, needPrivileges, type RefusalKind } from './preconditions.ts'
import { dav, type Name } from './names.ts'
import { element } from './xml.ts'
import {
  codeOf,
  GraphdavError,
  IcalError,
  MeetingElsewhereError,
  UidConflictError,
  UnsupportedError,
} from '../base/errors.ts'
import { maxResourceSize } from './limits.ts'

/** Where something is written: the href and privilege that `need-privileges` names, and how hrefs of its neighbours look. */
export interface WritePlace {
  readonly href: string
  readonly privilege: Name
  /** Of a resource in the same calendar, or in another one of the user. */
  hrefOfName(name: string, slug?: string): string
}

/** Does it; what the backend throws becomes the refusal that RFC 4791 foresees. */
export async function written<T>(place: WritePlace, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    throw refusalOf(error, place) ?? error
  }
}

/** A refusal that stands until somebody changes the event or the configuration. */
export function permanentRefusal(kind: RefusalKind, message: string, place: WritePlace, holder?: string): DavError {
  const { details } = needPrivileges(place.href, place.privilege, message)
  return new DavError(kind, message, {
    details: holder === undefined ? [] : [element(dav('href'), holder)],
    beside: [element(dav('need-privileges'), ...details)],
  })
}

function refusalOf(error: unknown, place: WritePlace): DavError | undefined {
  if (!(error instanceof GraphdavError)) return undefined
  if (error instanceof UidConflictError) {
    return permanentRefusal('no-uid-conflict', error.message, place, place.hrefOfName(error.holder))
  }
  if (error instanceof MeetingElsewhereError) {
    const { name, slug } = error.holder
    return permanentRefusal('unique-scheduling-object-resource', error.message, place, place.hrefOfName(name, slug))
  }
  if (error instanceof IcalError) return permanentRefusal(kindOfText(error), error.message, place)
  if (error instanceof UnsupportedError) return permanentRefusal(kindOfUnsupported(error), error.message, place)
  if (error instanceof DavError ? error.kind === 'too-large' : codeOf(error) === 'too-large') {
    const message = error instanceof DavError ? `an event may have ${maxResourceSize} octets at most` : error.message
    return permanentRefusal('max-resource-size', message, place)
  }
  return codeOf(error) === 'forbidden' ? needPrivileges(place.href, place.privilege, error.message) : undefined
}

// Well-formed text that is no calendar object (RFC 4791 §4.1): METHOD, no event, more than one UID or none.
const objectRules: ReadonlySet<string> = new Set(['METHOD', 'VEVENT', 'UID'])

function kindOfText({ property }: IcalError): RefusalKind {
  return objectRules.has(property) ? 'valid-calendar-object-resource' : 'valid-calendar-data'
}

const otherComponents: ReadonlySet<string> = new Set(['VTODO', 'VJOURNAL', 'VFREEBUSY', 'VAVAILABILITY', 'VPOLL'])

function kindOfUnsupported({ property }: UnsupportedError): RefusalKind {
  if (otherComponents.has(property)) return 'supported-calendar-component'
  return property === 'VERSION' ? 'supported-calendar-data' : 'valid-calendar-object-resource'
}
