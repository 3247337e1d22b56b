// What is measured, in the order of the table.

export const rows = [
  { key: 'firstSync', title: 'first sync, from the start of the program' },
  { key: 'firstSyncWait', title: 'first sync: longest wait of another client' },
  { key: 'start', title: 'cold start to first answer (PROPFIND)' },
  { key: 'idle', title: 'memory idle after a start' },
  { key: 'feed', title: 'feed GET, gzip' },
  { key: 'feedPlain', title: 'feed GET, not compressed' },
  { key: 'feed304', title: 'feed GET, 304' },
  { key: 'etags', title: 'PROPFIND depth 1, ETags' },
  { key: 'multiget', title: 'calendar-multiget of 100 events' },
  { key: 'query', title: 'calendar-query of a month, with texts' },
  { key: 'syncFirst', title: 'sync-collection, first' },
  { key: 'sync10', title: 'sync-collection, 10 changes' },
  { key: 'sync1', title: 'sync-collection, 1 change' },
  { key: 'round1', title: 'round with 1 change, Graph to mirror' },
  { key: 'feedMade', title: 'feed GET after that change' },
  { key: 'etagsWait', title: 'PROPFIND depth 1: longest wait of another client' },
  { key: 'syncWait', title: 'sync-collection, first: longest wait of another client' },
  { key: 'feedWait', title: 'first feed GET after a start: longest wait of another client' },
  { key: 'loaded', title: 'memory after all of it' },
  { key: 'most', title: 'memory at its highest' },
] as const

/** Names a row. */
export type Row = (typeof rows)[number]['key']
