import { expect, it } from 'vitest'
import { createSyncView } from '../../src/cli/sync-view.ts'

it('a round that takes a moment is one line; a longer one shows how far it is meanwhile', () => {
  const lines: string[] = []
  const view = createSyncView({
    progress: { show: (text) => lines.push(`… ${text}`), say: () => undefined, end: () => undefined },
    say: (line) => lines.push(line),
  })
  const result = { changed: 2, removed: 1, skipped: 0, held: 0, pending: 0, drift: 0, pages: 1, ms: 300 }
  const running = { slug: 'work', kind: 'running', pages: 1, events: 2 } as const
  view.show({ ...running, elapsedMs: 200 })
  view.show({ slug: 'work', kind: 'done', result: { ...result, kind: 'incremental' } })
  view.show({ ...running, pages: 0, elapsedMs: 2100 })
  view.show({ ...running, pages: 7, elapsedMs: 2900 })
  view.show({ slug: 'work', kind: 'failed', code: 'unavailable', message: 'Outlook does not answer' })
  expect(lines).toEqual([
    'work: 2 events new or changed, 1 removed (1 page, 0.3 s)',
    '… work: 7 pages, 2 events, 2 s',
    'work: failed: Outlook does not answer',
  ])
})
