// The property of RFC 6578 §4. A calendar whose first round is not complete has none yet.
import { dav } from '../names.ts'
import { on, row, type PropertyRow } from './row.ts'

/** The rows. */
export const syncProperties: readonly PropertyRow[] = [
  row(
    dav('sync-token'),
    'RFC 6578 §4',
    on(['collection'], ({ collection }) => (collection.state === 'ready' ? collection.syncToken : undefined)),
  ),
]
