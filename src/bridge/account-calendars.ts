// `graphdav calendars`: what one account can reach, and the YAML that makes it a configured calendar. Reads only.
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { reservedSlugs } from '../caldav/slug.ts'
import type { Configuration } from '../config/configuration.ts'
import type { GraphCalendar } from '../graph/calendar-list.ts'
import { listCalendars } from '../graph/calendars.ts'
import { accountNamed, createClients, createTokens } from './accounts.ts'

/** The calendars of the account's mailbox, as Graph lists them. Throws with code `usage` when there is no such account. */
export async function calendarsOfAccount(
  configuration: Configuration,
  name: string,
  options: { readonly clock: Clock; readonly log: Log; readonly signal: AbortSignal },
): Promise<readonly GraphCalendar[]> {
  const account = accountNamed(configuration, name)
  const tokens = createTokens(configuration, options)
  const client = createClients(new Map([[name, account]]), { ...options, tokens }).get(name)
  return client === undefined ? [] : listCalendars({ client, signal: options.signal }, account.mailbox)
}

/** The `calendars` block to paste; each calendar has a slug of its own, also among those of `taken`. */
export function calendarsYaml(account: string, calendars: readonly GraphCalendar[], taken: Iterable<string>): string {
  const used = new Set([...taken, ...reservedSlugs])
  const blocks = calendars.map((calendar) => {
    const slug = slugOf(calendar.name, used)
    used.add(slug)
    const facts = [
      calendar.owner.address && `of ${calendar.owner.address}`,
      calendar.canEdit ? 'can be edited: access: read-write would allow it' : 'read-only there',
    ].filter(Boolean)
    return [
      `  ${slug}:  # ${oneLine([calendar.name, ...facts].join('; '))}`,
      `    account: ${quoted(account)}`,
      `    source: ${calendar.isDefault ? 'default' : `{ id: ${quoted(calendar.id)} }`}`,
    ].join('\n')
  })
  return blocks.length === 0 ? 'calendars: {}\n' : `calendars:\n${blocks.join('\n')}\n`
}

function slugOf(name: string, used: ReadonlySet<string>): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  const base =
    plain
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 56) || 'calendar'
  for (let number = 1; ; number += 1) {
    const slug = number === 1 ? base : `${base}-${number}`
    if (!used.has(slug)) return slug
  }
}

// A JSON string is a YAML one; `${` would be read as a variable.
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('${', () => '$${')
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]+/gu, ' ')
}
