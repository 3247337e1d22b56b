// What several keys of the configuration say together: names, references between blocks, addresses, feeds. Works on the
// values as read, so that everything wrong is said at once.
import type { ConfigurationProblem } from '../base/errors.ts'
import { isLoopback, parseListenAddress, urlOf } from './address.ts'
import type { Path, Raw, RawMap, YamlDocument } from './document.ts'
import { parseDuration } from './duration.ts'
import { parseInstant } from './instant.ts'
import { nearest } from './nearest.ts'
import { entriesAt, isMap, namesAt, type RawEntry, textAt, valueAt } from './raw.ts'
import { slugPattern, sourceForms, userPattern } from './schema.ts'

const reserved: readonly string[] = ['inbox', 'outbox', 'notifications']
const maxWindowMs = 1825 * 86_400_000
const maxFeedUrl = 256

/** Says what is wrong at a path. */
type Say = (path: Path, message: string, at?: 'key' | 'value') => void

/** Every problem between keys. */
export function checkTogether(value: Raw, document: YamlDocument): readonly ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = []
  const say: Say = (path, message, at) => {
    if (!document.isRefused(path)) problems.push(document.problem(path, message, at))
  }
  for (const check of [names, server, secrets, applications, calendars, sameCalendar, windows, users, feeds])
    check(value, say)
  return problems
}

function names(value: Raw, say: Say): void {
  for (const group of ['accounts', 'calendars', 'feeds']) {
    for (const name of namesAt(value, [group])) {
      if (slugPattern.test(name) && !reserved.includes(name)) continue
      const sentence = reserved.includes(name)
        ? `this name is reserved (${reserved.join(', ')}); choose another`
        : 'not a valid name; allowed: a-z 0-9 and -, at most 63, the first not a hyphen'
      say([group, name], sentence, 'key')
    }
  }
  for (const name of namesAt(value, ['users'])) {
    if (!userPattern.test(name))
      say(['users', name], 'not a valid user name; allowed: letters, digits and . _ - @', 'key')
  }
}

function server(value: Raw, say: Say): void {
  const address = parseListenAddress(textAt(value, ['server', 'listen']) ?? '')
  if (address === undefined || isLoopback(address.host)) return
  const trust = valueAt(value, ['server', 'trustProxy'])
  const trusts = trust === true || (Array.isArray(trust) && trust.length > 0)
  if (trusts || isMap(valueAt(value, ['server', 'tls']))) return
  say(
    ['server', 'listen'],
    'other machines can reach this address, and passwords would travel in the clear; set server.tls, or server.trustProxy behind a proxy with https, or listen on 127.0.0.1',
  )
}

// Who signs in says as which application and where. An application that signs in by itself is of one tenant, and has no mailbox
// of its own.
function applications(value: Raw, say: Say): void {
  for (const { block, path } of entriesAt(value, ['accounts'])) {
    const auth = block['auth']
    if (!isMap(auth)) continue
    const isCertificate = auth['kind'] === 'client-certificate'
    const need = (key: string, how: string): void => {
      if (auth[key] === undefined) say([...path, 'auth', key], `is missing; allowed: ${how}`)
    }
    if (auth['kind'] === 'device-code' || auth['kind'] === 'auth-code') {
      need('clientId', "the application's (client) id")
      if (auth['authority'] === undefined)
        need('tenant', "consumers (personal accounts), organizations, common, or the tenant's id or domain")
      continue
    }
    if (!isCertificate && auth['kind'] !== 'client-secret') continue
    need('clientId', "the application's (client) id")
    if (isCertificate) need('certificate', 'PEM, or the path of a PEM file')
    if (isCertificate) need('privateKey', 'PEM, or the path of a PEM file')
    const { tenant, authority } = auth
    if (authority === undefined) need('tenant', "the tenant's id or domain")
    if (typeof tenant === 'string' && ['consumers', 'organizations', 'common'].includes(tenant)) {
      say([...path, 'auth', 'tenant'], "an application signs in to one tenant; allowed: the tenant's id or domain")
    }
    const { mailbox = 'me' } = block
    if (mailbox === 'me') {
      say([...path, 'mailbox'], 'an application has no mailbox of its own; allowed: a user principal name or id')
    }
  }
}

// A secret is there, or the file that holds it.
function secrets(value: Raw, say: Say): void {
  const need = ({ block, path }: RawEntry, key: string, how: string): void => {
    if (block[key] !== undefined || block[`${key}File`] !== undefined) return
    say([...path, key], `is missing; allowed: ${how}, or ${key}File with the path of a file that holds it`)
  }
  for (const user of entriesAt(value, ['users'])) {
    need(user, 'password', 'what `graphdav password` prints')
    const password = user.block['password']
    if (typeof password === 'string' && password.startsWith('scrypt$') && !isScryptHash(password)) {
      say([...user.path, 'password'], 'this hash is damaged; make a new one with `graphdav password`')
    }
  }
  for (const account of entriesAt(value, ['accounts'])) {
    const auth = account.block['auth']
    if (!isMap(auth)) continue
    const entry = { name: 'auth', path: [...account.path, 'auth'], block: auth }
    if (auth['kind'] === 'access-token') need(entry, 'token', 'an access token')
    if (auth['kind'] === 'client-secret') need(entry, 'clientSecret', "the secret's value")
  }
  for (const feed of feedBlocks(value)) need(feed, 'token', 'what `graphdav token` prints')
}

function isScryptHash(text: string): boolean {
  const match = /^scrypt\$(\d{1,2})\$(\d{1,2})\$(\d{1,2})\$([\w-]{6,})\$([\w-]{6,})$/.exec(text)
  const [logN, r, p] = (match ?? []).slice(1, 4).map(Number)
  return (
    logN !== undefined &&
    logN >= 1 &&
    logN <= 20 &&
    r !== undefined &&
    r >= 1 &&
    r <= 32 &&
    p !== undefined &&
    p >= 1 &&
    p <= 16
  )
}

function calendars(value: Raw, say: Say): void {
  const accounts = namesAt(value, ['accounts'])
  for (const { path, block } of entriesAt(value, ['calendars'])) {
    const { account, source } = block
    if (typeof account === 'string' && !accounts.includes(account)) {
      say([...path, 'account'], unknownName('account', account, accounts))
    }
    if (isMap(source) && !isSourceForm(Object.keys(source))) {
      say([...path, 'source'], `these keys do not name a calendar together; allowed: ${sourceForms}`, 'key')
    }
  }
}

function isSourceForm(keys: readonly string[]): boolean {
  return ['id', 'name', 'group', 'id,user', 'name,user', 'calendarGroup,name'].includes(keys.toSorted().join(','))
}

/** One Graph calendar behind two slugs would be two truths. Known here when account and source are written alike; else found at the sign-in. */
function sameCalendar(value: Raw, say: Say): void {
  const seen = new Map<string, string>()
  for (const { name, path, block } of entriesAt(value, ['calendars'])) {
    const { account, source } = block
    if (typeof account !== 'string' || (source !== 'default' && !(isMap(source) && isSourceForm(Object.keys(source)))))
      continue
    const mailbox = textAt(value, ['accounts', account, 'mailbox']) ?? 'me'
    const root = textAt(value, ['accounts', account, 'graphUrl']) ?? ''
    const owner = mailbox === 'me' ? `account ${account}` : `mailbox ${mailbox.toLowerCase()} at ${root}`
    const parts = ['group', 'user', 'calendarGroup', 'id', 'name'].map((key) =>
      isMap(source) ? (source[key] ?? null) : source,
    )
    const identity = JSON.stringify([owner, ...parts])
    const other = seen.get(identity)
    if (other === undefined) seen.set(identity, name)
    else
      say(
        [...path, 'source'],
        `this is the same calendar as calendars.${other}; one calendar has one slug, remove one of the two`,
      )
  }
}

function windows(value: Raw, say: Say): void {
  for (const { path, block } of entriesAt(value, ['calendars'])) {
    const window = block['window']
    const problem = isMap(window) ? problemOfWindow(window) : undefined
    if (problem !== undefined) say([...path, 'window'], problem, 'key')
  }
}

function problemOfWindow({ past, future, from, to }: RawMap): string | undefined {
  const isRolling = past !== undefined || future !== undefined
  const isFixed = from !== undefined || to !== undefined
  if (isFixed && (isRolling || from === undefined || to === undefined)) {
    return 'allowed: { past: 6mo, future: 2y }, or both from and to, such as { from: 2016-12-01T00:00:00Z, to: 2016-12-30T00:00:00Z }'
  }
  if (isFixed) {
    const [start, end] = [instantAt(from), instantAt(to)]
    if (start === undefined || end === undefined) return undefined
    if (start >= end) return 'from is not before to'
    return end - start > maxWindowMs ? 'longer than 1825 days, the most Graph allows' : undefined
  }
  const [before, after] = [durationAt(past, '6mo'), durationAt(future, '2y')]
  if (before === undefined || after === undefined || before + after <= maxWindowMs) return undefined
  return 'past and future together are longer than 1825 days (5y), the most Graph allows'
}

function instantAt(value: Raw | undefined): number | undefined {
  return typeof value === 'string' ? parseInstant(value) : undefined
}

function durationAt(value: Raw | undefined, fallback: string): number | undefined {
  return parseDuration(typeof value === 'string' ? value : fallback)
}

function users(value: Raw, say: Say): void {
  const slugs = namesAt(value, ['calendars'])
  for (const { path, block } of entriesAt(value, ['users'])) {
    const wanted = block['calendars']
    if (Array.isArray(wanted)) listOfSlugs(wanted, [...path, 'calendars'], slugs, say)
    if (isMap(wanted)) {
      for (const [slug, access] of Object.entries(wanted)) {
        const at = [...path, 'calendars', slug]
        if (!slugs.includes(slug)) say(at, unknownName('calendar', slug, slugs), 'key')
        else if (access === 'read-write' && valueAt(value, ['calendars', slug, 'access']) !== 'read-write') {
          say(at, `calendars.${slug} is read-only; a user's access can narrow it, not widen it`)
        }
      }
    }
    const create = block['create']
    const accounts = namesAt(value, ['accounts'])
    if (typeof create === 'string' && !accounts.includes(create))
      say([...path, 'create'], unknownName('account', create, accounts))
  }
}

function feeds(value: Raw, say: Say): void {
  const slugs = namesAt(value, ['calendars'])
  const tokens = new Map<string, string>()
  const origin = originOf(value)
  for (const { name, path, block } of feedBlocks(value)) {
    const wanted = block['calendars']
    if (Array.isArray(wanted)) listOfSlugs(wanted, [...path, 'calendars'], slugs, say)
    if (path[0] === 'feeds' && valueAt(value, ['calendars', name, 'feed']) !== undefined) {
      say(path, `calendars.${name} has a feed of its own under this name; choose another name`, 'key')
    }
    if (block['private'] === 'show' && block['detail'] !== 'full') {
      say([...path, 'private'], 'show is allowed only with detail: full; allowed here: busy, hide')
    }
    const token = block['token']
    if (typeof token !== 'string') continue
    const at = [...path, block['tokenFile'] === undefined ? 'token' : 'tokenFile']
    const other = tokens.get(token)
    if (other !== undefined)
      say(at, `the same token as ${other}; each feed needs its own (\`graphdav token\` prints a new one)`)
    tokens.set(token, path.join('.'))
    const length = `${origin}/feeds/${token}/${name}.ics`.length
    if (length > maxFeedUrl)
      say(at, `the feed's address would have ${length} characters; at most ${maxFeedUrl}: use a shorter token`)
  }
}

/** All feeds: those of one calendar under its slug, then those of `feeds`. */
function feedBlocks(value: Raw): readonly RawEntry[] {
  const own = entriesAt(value, ['calendars']).flatMap(({ name, path, block }) => {
    const feed = block['feed']
    return isMap(feed) ? [{ name, path: [...path, 'feed'], block: feed }] : []
  })
  return [...own, ...entriesAt(value, ['feeds'])]
}

function originOf(value: Raw): string {
  const publicUrl = textAt(value, ['server', 'publicUrl'])
  if (publicUrl !== undefined) return publicUrl.replace(/\/+$/, '')
  const address = parseListenAddress(textAt(value, ['server', 'listen']) ?? '127.0.0.1:8800')
  return address === undefined ? '' : urlOf('https', address)
}

function listOfSlugs(wanted: readonly Raw[], path: Path, slugs: readonly string[], say: Say): void {
  wanted.forEach((slug, index) => {
    if (typeof slug !== 'string') return
    if (!slugs.includes(slug)) say([...path, index], unknownName('calendar', slug, slugs))
    else if (wanted.indexOf(slug) < index) say([...path, index], 'this calendar is listed twice; remove one')
  })
}

function unknownName(what: string, typed: string, names: readonly string[]): string {
  const near = nearest(typed, names)
  const question = near === undefined ? '' : ` Did you mean ${near}?`
  const allowed = names.length === 0 ? `there is no ${what} in this file` : `configured: ${names.join(', ')}`
  return `there is no ${what} of this name.${question} (${allowed})`
}
