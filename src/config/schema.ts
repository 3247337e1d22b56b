// The configuration's shape, key by key, as the contract's block has it, with its defaults. The JSON schema for editors
// is made from this same source. What several keys say together is checked in `cross-checks.ts`; what is not built yet is
// refused in `not-yet.ts`.
import { z } from 'zod'
import type { ConfigurationProblem } from '../base/errors.ts'
import { isIanaZone } from '../base/zones.ts'
import { isAddressOrCidr, isLoopback, parseListenAddress } from './address.ts'
import type { Path, Raw, YamlDocument } from './document.ts'
import { block, checked, choice, duration, expects, flag, instant, kinds, lastDay } from './fields.ts'
import { list, matching, named, numberBetween, oneOf, text } from './fields.ts'
import { problemOfPattern } from './pattern.ts'

/** Slugs, feed names and account names; `isSlug` in `cross-checks.ts` also knows the reserved ones. */
export const slugPattern = /^[a-z0-9][a-z0-9-]{0,62}$/
/** User names. `.` and `..` would be steps of a path. */
export const userPattern = /^(?!\.{1,2}$)[A-Za-z0-9._@-]{1,128}$/
export const tokenPattern = /^[A-Za-z0-9_-]{22,}$/

const url = (allowed: string, isRight: (url: URL) => boolean) =>
  checked(allowed, (value) => {
    const parsed = URL.canParse(value) ? new URL(value) : undefined
    return (
      parsed !== undefined && parsed.search === '' && parsed.hash === '' && parsed.username === '' && isRight(parsed)
    )
  })

const webUrl = 'an address that begins with http:// or https://, without ? and #'
const secureUrl = 'an https:// address; http:// only on a loopback address (127.0.0.1, ::1, localhost)'
const isSecure = ({ protocol, hostname }: URL) =>
  protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
const id = (what: string) => text(what, 1024)

const server = block({
  listen: checked(
    'address:port, such as 127.0.0.1:8800, [::1]:8800 or 0.0.0.0:8800',
    (value) => parseListenAddress(value) !== undefined,
  ).default('127.0.0.1:8800'),
  publicUrl: url(webUrl, ({ protocol }) => protocol === 'https:' || protocol === 'http:').optional(),
  trustProxy: oneOf(
    [z.boolean(), z.array(checked('an address or CIDR, such as 127.0.0.1 or 10.0.0.0/8', isAddressOrCidr))],
    'false, true, or a list of addresses and CIDRs such as [127.0.0.1, 10.0.0.0/8]',
  ).default(false),
  tls: block({ cert: text('the path of a PEM certificate'), key: text('the path of its PEM key') }).optional(),
})

const store = block({
  kind: choice('file', 'postgres').default('file'),
  path: text('the path of a folder').default('./data'),
  url: text('a postgres:// address').optional(),
})

const tenant = text('consumers, organizations, common, or a tenant id', 128)
const signInService = {
  authority: url(secureUrl, isSecure).optional(),
  caFile: text('the path of a PEM file').optional(),
}
const application = { tenant: tenant.optional(), clientId: id("the application's (client) id").optional() }
const pem = z
  .string({ error: expects('PEM text, or the path of a PEM file') })
  .min(1)
  .max(20_000)

const ownSecret = {
  clientSecret: text('the client secret').optional(),
  clientSecretFile: text('the path of a file').optional(),
  clientSecretExpires: lastDay().optional(),
}
const delegated = { ...application, ...signInService }

const auth = kinds(
  [
    block({ kind: z.literal('device-code'), ...delegated }),
    block({ kind: z.literal('auth-code'), ...delegated, ...ownSecret }),
    block({ kind: z.literal('client-secret'), ...delegated, ...ownSecret }),
    block({
      kind: z.literal('client-certificate'),
      ...delegated,
      certificate: pem.optional(),
      privateKey: pem.optional(),
    }),
    block({
      kind: z.literal('access-token'),
      token: matching(/^[\x21-\x7e]{1,20000}$/, 'an access token: printable characters without spaces').optional(),
      tokenFile: text('the path of a file').optional(),
    }),
  ],
  ['device-code', 'auth-code', 'client-secret', 'client-certificate', 'access-token'],
)

const account = block({
  cloud: choice('global', 'usgov', 'usgov-dod', 'china').default('global'),
  graphUrl: url(secureUrl, isSecure).optional(),
  mailbox: checked(
    'me, or a user principal name or id, without / and spaces',
    (value) => value.length <= 320 && !/[\s/\\?#]/.test(value),
  ).default('me'),
  timeZone: checked('an IANA zone name, such as Europe/Berlin', isIanaZone).optional(),
  auth,
})

/** The combinations of these keys that mean something; `cross-checks.ts` refuses the others. */
export const sourceForms =
  'default, { id: … }, { name: … }, { group: … }, { user: …, id: … or name: … }, or { calendarGroup: …, name: … }'
const source = oneOf(
  [
    z.literal('default'),
    block({
      id: id("the calendar's id").optional(),
      name: id("the calendar's name").optional(),
      group: id('the id of a Microsoft 365 group').optional(),
      user: id('a user principal name or id').optional(),
      calendarGroup: id("the calendar group's name").optional(),
    }),
  ],
  sourceForms,
)

/** Rolling with `past` and `future`, or fixed with `from` and `to`; `cross-checks.ts` refuses a mixture. */
const window = block({
  past: duration('0s').optional(),
  future: duration('1d').optional(),
  from: instant().optional(),
  to: instant().optional(),
})

const hide = block({
  declined: flag().default(false),
  free: flag().default(false),
  categories: list(text('the name of a category'), 'a list of category names').default([]),
  title: z
    .string({ error: expects('a regular expression in quotes') })
    .superRefine((value, context) => {
      const message = problemOfPattern(value)
      if (message !== undefined) context.addIssue({ code: 'custom', message })
    })
    .default(''),
})

const feedKeys = {
  token: matching(tokenPattern, 'at least 22 of the characters A-Z a-z 0-9 _ -, as `graphdav token` prints').optional(),
  tokenFile: text('the path of a file').optional(),
  detail: choice('full', 'titles', 'busy').default('busy'),
  private: choice('busy', 'hide', 'show').default('busy'),
  reminders: flag().default(false),
  attendees: flag().default(false),
  hide: hide.prefault({}),
  expires: lastDay().optional(),
}

const calendarList = list(text('the slug of a calendar'), 'a list of calendar slugs, such as [work]')
const access = () => choice('read-write', 'read-only')

const calendar = block({
  account: text('the name of an account'),
  source,
  name: text('a name for people', 200).optional(),
  color: matching(/^#[0-9a-fA-F]{6}$/, "a colour as '#3366cc', in quotes").optional(),
  access: access().default('read-only'),
  track: choice('window', 'all').default('window'),
  window: window.prefault({}),
  invitations: choice('send', 'respond-only', 'never').default('send'),
  feed: block(feedKeys).optional(),
})

const feed = block({
  ...feedKeys,
  calendars: calendarList.min(1, { error: 'names no calendar; at least one is needed' }),
})

const person = block({
  password: text('what `graphdav password` prints', 1024).optional(),
  passwordFile: text('the path of a file').optional(),
  calendars: oneOf(
    [z.literal('all'), z.array(text('a slug')), z.record(z.string(), access())],
    'all, a list of slugs such as [work], or a block such as { work: read-only }',
  ).default('all'),
  create: text('the name of an account').optional(),
})

const sync = block({
  interval: duration('1s').prefault('60s'),
  maxStaleness: duration('0s').prefault('30s'),
  stale: duration('1s').prefault('30m'),
  pageSize: numberBetween(1, 1000).default(50),
  brake: block({
    removals: numberBetween(0, 1_000_000).default(25),
    share: numberBetween(0, 1, 'any').default(0.2),
  }).prefault({}),
})

const schema = block({
  server: server.prefault({}),
  store: store.prefault({}),
  accounts: named(account, 'a block of accounts by name', slugPattern).default({}),
  calendars: named(calendar, 'a block of calendars by slug', slugPattern).default({}),
  feeds: named(feed, 'a block of feeds by name', slugPattern).default({}),
  users: named(person, 'a block of users by name', userPattern).default({}),
  sync: sync.prefault({}),
  alerts: block({ url: url(secureUrl, isSecure) }).optional(),
  log: block({
    level: choice('error', 'warn', 'info', 'debug').default('info'),
    format: choice('pretty', 'json').optional(),
  }).prefault({}),
})

/** A configuration whose every value is right by itself, with the defaults filled in. */
export type Checked = z.output<typeof schema>
export type CheckedFeed = Checked['feeds'][string]

/** Checks the read values one by one. The value is absent when anything was wrong; problems then say all of it. */
export function checkShape(
  value: Raw,
  document: YamlDocument,
): { readonly value: Checked | undefined; readonly problems: readonly ConfigurationProblem[] } {
  const result = schema.safeParse(value)
  if (result.success) return { value: result.data, problems: [] }
  return { value: undefined, problems: result.error.issues.flatMap((issue) => problemsOf(issue, document)) }
}

function problemsOf(
  issue: z.core.$ZodIssue,
  document: YamlDocument,
  parent: Path = [],
): readonly ConfigurationProblem[] {
  const path: Path = [...parent, ...issue.path.filter((part) => typeof part !== 'symbol')]
  if (document.isRefused(path)) return []
  if (issue.code === 'invalid_union') {
    // Of several shapes the one that was meant: where the value is of the right kind and something inside is wrong.
    const meant = issue.errors.find(
      (issues) => !issues.some((inner) => inner.path.length === 0 && inner.code.startsWith('invalid_')),
    )
    if (meant !== undefined) return meant.flatMap((inner) => problemsOf(inner, document, path))
  }
  if (issue.code !== 'unrecognized_keys') return [document.problem(path, issue.message)]
  const sentences = issue.message.split('\n')
  return issue.keys.map((key, index) => document.problem([...path, key], sentences[index] ?? 'unknown key', 'key'))
}

/** The JSON schema of a configuration file (draft 2020-12), for completion and checks in editors. */
export function jsonSchema(): object {
  const made = z.toJSONSchema(schema, {
    io: 'input',
    // A value may come from a variable, whatever its pattern or words are.
    override: ({ jsonSchema: node }) => {
      if (node.type !== 'string' || (node.pattern === undefined && node.enum === undefined)) return
      const { default: fallback, ...rest } = node
      for (const key of Object.keys(node)) Reflect.deleteProperty(node, key)
      node.anyOf = [rest, { type: 'string', pattern: '\\$\\{' }]
      if (fallback !== undefined) node.default = fallback
    },
  })
  return { ...made, title: 'graphdav configuration' }
}
