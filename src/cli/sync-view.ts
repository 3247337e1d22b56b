// How rounds look to a person: a line that moves while they run, one line for each that ends.
import type { SyncProgress } from '../bridge/operations.ts'
import type { Progress } from './progress.ts'
import { count } from './table.ts'

export interface SyncView {
  show(progress: SyncProgress): void
  end(): void
}

/** A round that is over so soon needs no moving line. */
const momentMs = 2000

/** `say` gets a line for each calendar that is done or failed. */
export function createSyncView({
  progress,
  say,
}: {
  readonly progress: Progress
  readonly say: (line: string) => void
}): SyncView {
  const running = new Map<string, string>()
  return {
    show: (news) => {
      if (news.kind === 'running') {
        if (news.pages === 0 || news.elapsedMs < momentMs) return
        const seconds = Math.floor(news.elapsedMs / 1000)
        running.set(
          news.slug,
          `${news.slug}: ${count(news.pages, 'page')}, ${count(news.events, 'event')}, ${seconds} s`,
        )
      } else {
        running.delete(news.slug)
        progress.end()
        say(sentenceOf(news))
      }
      if (running.size > 0) progress.show([...running.values()].join(' · '))
    },
    end: () => progress.end(),
  }
}

function sentenceOf(news: Exclude<SyncProgress, { readonly kind: 'running' }>): string {
  if (news.kind === 'failed') return `${news.slug}: failed: ${news.message}`
  const { changed, removed, skipped, held, pending, drift, pages, ms } = news.result
  const parts = [
    `${count(changed, 'event')} new or changed, ${removed} removed (${count(pages, 'page')}, ${(ms / 1000).toFixed(1)} s)`,
    skipped > 0 ? `${count(skipped, 'event')} cannot be shown; --log-level warn names them` : '',
    pending > 0 ? `${count(pending, 'event')} could not be read and will be tried again` : '',
    drift > 0 ? `${count(drift, 'difference')} repaired` : '',
    held > 0 ? `${count(held, 'removal')} held back; \`graphdav sync --accept ${news.slug}\` lets them pass` : '',
  ]
  return `${news.slug}: ${parts.filter((part) => part !== '').join('; ')}`
}
