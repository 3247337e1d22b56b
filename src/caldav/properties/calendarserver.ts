// Properties of http://calendarserver.org/ns/ (documents of Apple's calendar server).
import { calendarserver } from '../names.ts'
import { element } from '../xml.ts'
import { on, row, type PropertyRow } from './row.ts'

/** The rows. */
export const calendarserverProperties: readonly PropertyRow[] = [
  // Changes exactly when the sync token does; unquoted.
  row(
    calendarserver('getctag'),
    'caldav-ctag',
    on(['collection'], ({ collection }) => (collection.state === 'ready' ? collection.syncToken : undefined)),
  ),
  row(
    calendarserver('email-address-set'),
    'caldav-extensions',
    on(['principal'], (_, { principal }) =>
      principal.addresses.length === 0
        ? undefined
        : principal.addresses.map((address) => element(calendarserver('email-address'), address)),
    ),
  ),
]
