// Another name for a calendar, given in a calendar program (PROPPATCH of displayname): it reaches Outlook where the configuration
// gives none. Where it cannot, the name is the user's own, quietly: macOS stops syncing after a refusal.
import { GraphError, reasonOf, sentenceOf } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { renameCalendar } from '../graph/marked-calendars.ts'
import type { WriteGround } from '../sync/write-context.ts'
import { writeError } from '../sync/write-errors.ts'
import type { ComposedCalendar } from './calendars.ts'
import { clientLimitMs, inTime } from './in-time.ts'

export interface RenameOptions {
  readonly calendars: Pick<ReadonlyMap<string, ComposedCalendar>, 'get'>
  /** Runs work while no round of the calendar does. */
  readonly inTurn: <T>(slug: string, work: (ground: WriteGround) => Promise<T>) => Promise<T>
  readonly log: Log
}

/** True when Outlook has the name now. Throws `UnavailableError` when Graph cannot answer. */
export async function rename(
  { calendars, inTurn, log }: RenameOptions,
  slug: string,
  displayName: string,
): Promise<boolean> {
  const calendar = calendars.get(slug)
  if (calendar === undefined || calendar.settings.name !== undefined || isFoundByName(calendar)) return false
  const onLateFailure = (error: unknown): void =>
    log.warn('late rename failed', { calendar: slug, reason: reasonOf(error) })
  return await inTime({ limitMs: clientLimitMs, onLateFailure }, (late) =>
    inTurn(slug, async ({ source, mirror }) => {
      late.throwIfAborted()
      const { binding } = mirror.state()
      if (binding === null || source.calendar.isDefault || isGroup(source.calendar.mailboxPath)) return false
      if (binding.name === displayName) return true
      try {
        await renameCalendar(source, source.calendar, displayName)
      } catch (error) {
        if (!isRefusal(error)) throw writeError(error)
        log.info('name stays here: Outlook does not take it', { calendar: slug, reason: sentenceOf(error) })
        return false
      }
      await mirror.bind({ ...binding, name: displayName })
      log.info('calendar renamed', { calendar: slug })
      return true
    }),
  )
}

// Under another name it would not be found any more at the next start.
function isFoundByName({ settings: { source } }: ComposedCalendar): boolean {
  return source !== 'default' && 'name' in source
}

// The calendar of a group has the group's name.
function isGroup(mailboxPath: string): boolean {
  return mailboxPath.startsWith('/groups/')
}

function isRefusal(error: unknown): boolean {
  return error instanceof GraphError && !['auth', 'throttled', 'unavailable'].includes(error.kind)
}
