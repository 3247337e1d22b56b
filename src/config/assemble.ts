// Checked values → the configuration as the program uses it.
import { dirname, resolve } from 'node:path'
import type { ConfigurationProblem } from '../base/errors.ts'
import { parseListenAddress } from './address.ts'
import { clouds } from './clouds.ts'
import type {
  AccountConfiguration,
  CalendarConfiguration,
  CalendarSource,
  Configuration,
  FeedConfiguration,
  ServerConfiguration,
  UserConfiguration,
} from './configuration.ts'
import type { YamlDocument } from './document.ts'
import { compilePattern } from './pattern.ts'
import type { Checked, CheckedFeed } from './schema.ts'

const dayMs = 86_400_000

/** The span of a calendar that says nothing else. */
export const defaultWindow = { kind: 'rolling', pastMs: 182.5 * dayMs, futureMs: 730 * dayMs } as const

/** Everything was checked before: nothing here can be wrong any more. `file` is absolute. */
export function assemble(
  checked: Checked,
  document: YamlDocument,
  { file, secret }: Pick<Configuration, 'file' | 'secret'>,
): Configuration {
  const absolute = (path: string): string => resolve(dirname(file), path)
  return {
    file,
    server: serverOf(checked.server, absolute),
    store: { kind: 'file', path: absolute(checked.store.path) },
    accounts: mapOf(checked.accounts, (name, account) => accountOf(name, account, absolute)),
    calendars: mapOf(checked.calendars, calendarOf),
    feeds: [
      ...Object.entries(checked.calendars).flatMap(([slug, { feed }]) => (feed ? [feedOf(slug, [slug], feed)] : [])),
      ...Object.entries(checked.feeds).map(([name, feed]) => feedOf(name, feed.calendars, feed)),
    ],
    users: mapOf(checked.users, (name, user) => userOf(name, user, checked)),
    sync: {
      intervalMs: checked.sync.interval,
      maxStalenessMs: checked.sync.maxStaleness,
      staleMs: checked.sync.stale,
      pageSize: checked.sync.pageSize,
      brake: checked.sync.brake,
    },
    alerts: checked.alerts,
    log: { level: checked.log.level, format: checked.log.format },
    secret,
    warnings: warningsOf(checked, document),
  }
}

function mapOf<In, Out>(
  record: Readonly<Record<string, In>>,
  make: (name: string, value: In) => Out,
): ReadonlyMap<string, Out> {
  return new Map(Object.entries(record).map(([name, value]) => [name, make(name, value)]))
}

function serverOf(server: Checked['server'], absolute: (path: string) => string): ServerConfiguration {
  return {
    listen: parseListenAddress(server.listen) ?? { host: '127.0.0.1', port: 8800 },
    publicUrl: server.publicUrl?.replace(/\/+$/, ''),
    trustProxy: server.trustProxy,
    tls: server.tls && { cert: absolute(server.tls.cert), key: absolute(server.tls.key) },
  }
}

function accountOf(
  name: string,
  account: Checked['accounts'][string],
  absolute: (path: string) => string,
): AccountConfiguration {
  return {
    name,
    graphUrl: (account.graphUrl ?? clouds[account.cloud].graph).replace(/\/+$/, ''),
    mailbox: account.mailbox,
    timeZone: account.timeZone,
    auth: authOf(account, absolute),
  }
}

// `cross-checks.ts` has seen that nothing is missing.
function authOf(
  { auth, cloud }: Checked['accounts'][string],
  absolute: (path: string) => string,
): AccountConfiguration['auth'] {
  if (auth.kind === 'access-token') {
    const { token = '', tokenFile } = auth
    return tokenFile === undefined ? { token } : { tokenFile: absolute(tokenFile) }
  }
  const { login, graph } = clouds[cloud]
  const application = {
    authority: (auth.authority ?? `${login}/${auth.tenant ?? ''}`).replace(/\/+$/, ''),
    clientId: auth.clientId ?? '',
    caFile: auth.caFile === undefined ? undefined : absolute(auth.caFile),
  }
  const pem = (value = ''): string => (value.includes('-----BEGIN') ? value : absolute(value))
  switch (auth.kind) {
    case 'device-code':
      return { flow: auth.kind, ...application, clientSecret: undefined, secretEnds: undefined, resource: graph }
    case 'auth-code':
      return {
        flow: auth.kind,
        ...application,
        clientSecret: auth.clientSecret,
        secretEnds: auth.clientSecretExpires,
        resource: graph,
      }
    case 'client-secret': {
      const credential = { clientSecret: auth.clientSecret ?? '' }
      return { ...application, scope: `${graph}/.default`, credential, secretEnds: auth.clientSecretExpires }
    }
    case 'client-certificate': {
      const credential = { certificate: pem(auth.certificate), privateKey: pem(auth.privateKey) }
      return { ...application, scope: `${graph}/.default`, credential, secretEnds: undefined }
    }
  }
}

function calendarOf(slug: string, calendar: Checked['calendars'][string]): CalendarConfiguration {
  const { window } = calendar
  return {
    slug,
    account: calendar.account,
    source: sourceOf(calendar.source),
    name: calendar.name,
    color: calendar.color?.toLowerCase(),
    access: calendar.access,
    invitations: calendar.invitations,
    track: calendar.track,
    window:
      window.from !== undefined && window.to !== undefined
        ? { kind: 'fixed', from: window.from.text, to: window.to.text }
        : {
            kind: 'rolling',
            pastMs: window.past ?? defaultWindow.pastMs,
            futureMs: window.future ?? defaultWindow.futureMs,
          },
  }
}

function sourceOf(source: Checked['calendars'][string]['source']): CalendarSource {
  if (source === 'default') return source
  const { id, name, group, user, calendarGroup } = source
  if (group !== undefined) return { group }
  if (calendarGroup !== undefined) return { calendarGroup, name: name ?? '' }
  const calendar = id === undefined ? { name: name ?? '' } : { id }
  return user === undefined ? calendar : { user, ...calendar }
}

function feedOf(name: string, calendars: readonly string[], feed: Omit<CheckedFeed, 'calendars'>): FeedConfiguration {
  const { token = '', detail, reminders, attendees, hide, expires } = feed
  const title = hide.title === '' ? null : compilePattern(hide.title)
  return {
    name,
    token,
    calendars,
    detail,
    private: feed.private,
    reminders,
    attendees,
    hide: { ...hide, title },
    expires,
  }
}

function userOf(name: string, user: Checked['users'][string], { calendars }: Checked): UserConfiguration {
  const wanted = user.calendars
  const own = Object.entries(calendars).flatMap(([slug, { access }]) => {
    if (wanted === 'all') return [{ slug, access }]
    if (Array.isArray(wanted)) return wanted.includes(slug) ? [{ slug, access }] : []
    const narrowed = Object.hasOwn(wanted, slug) ? wanted[slug] : undefined
    return narrowed === undefined ? [] : [{ slug, access: narrowed }]
  })
  return { name, password: user.password ?? '', calendars: own, create: user.create }
}

function warningsOf(checked: Checked, document: YamlDocument): readonly ConfigurationProblem[] {
  const plain = Object.entries(checked.users)
    .filter(([, { password = '' }]) => !password.startsWith('scrypt$'))
    .map(([name]) =>
      document.problem(
        ['users', name, 'password'],
        'a plain password; `graphdav password` prints a hash to write instead',
      ),
    )
  const empty =
    Object.keys(checked.calendars).length === 0
      ? [document.problem(['calendars'], 'no calendar is configured: there is nothing to serve')]
      : []
  return [...plain, ...empty]
}
