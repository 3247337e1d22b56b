// `/mobileconfig`: an Apple configuration profile that sets the CalDAV account up on iPhone, iPad and Mac. The password is not
// in it: the device asks. Apple, "CalDAV" payload (com.apple.caldav.account).
import { createHash } from 'node:crypto'
import type Koa from 'koa'
import type { Authenticator } from './auth.ts'
import type { Origins } from './origin.ts'

/** The profile of the signed-in user. */
export function serveMobileconfig(parts: {
  readonly authenticator: Authenticator
  readonly origins: Origins
}): Koa.Middleware {
  const { authenticator, origins } = parts
  return async (ctx) => {
    const user = await authenticator.authenticate(ctx.get('Authorization'), origins.clientOf(ctx))
    ctx.body = profileOf(
      user,
      new URL(`${origins.originOf(ctx)}${origins.prefix}/dav/principals/${encodeURIComponent(user)}/`),
    )
    ctx.set({
      'Content-Type': 'application/x-apple-aspen-config',
      'Content-Disposition': 'attachment; filename="graphdav.mobileconfig"',
      'Cache-Control': 'no-store',
    })
  }
}

function profileOf(user: string, principal: URL): string {
  const isSecure = principal.protocol === 'https:'
  const port = principal.port === '' ? (isSecure ? 443 : 80) : Number(principal.port)
  const id = `graphdav.${principal.hostname}.${user}`
  const account = dict({
    PayloadType: text('com.apple.caldav.account'),
    PayloadVersion: whole(1),
    PayloadIdentifier: text(`${id}.caldav`),
    PayloadUUID: text(uuidOf(`${principal.href} account`)),
    PayloadDisplayName: text('Calendars'),
    CalDAVAccountDescription: text(`graphdav (${user})`),
    CalDAVHostName: text(principal.hostname.replace(/^\[|\]$/g, '')),
    CalDAVPort: whole(port),
    CalDAVUseSSL: isSecure ? '<true/>' : '<false/>',
    CalDAVPrincipalURL: text(principal.pathname),
    CalDAVUsername: text(user),
  })
  const profile = dict({
    PayloadType: text('Configuration'),
    PayloadVersion: whole(1),
    PayloadIdentifier: text(id),
    PayloadUUID: text(uuidOf(`${principal.href} profile`)),
    PayloadDisplayName: text(`Calendars of ${user} (graphdav)`),
    PayloadDescription: text('Sets up the calendar account. The password is asked for.'),
    PayloadContent: `<array>${account}</array>`,
  })
  const head =
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n'
  return `${head}<plist version="1.0">${profile}</plist>\n`
}

function dict(entries: Readonly<Record<string, string>>): string {
  const lines = Object.entries(entries).map(([key, value]) => `<key>${key}</key>${value}`)
  return `<dict>\n${lines.join('\n')}\n</dict>`
}

function text(value: string): string {
  return `<string>${value.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</string>`
}

function whole(value: number): string {
  return `<integer>${value}</integer>`
}

// The same account is the same profile: installed again it replaces the old one.
function uuidOf(facts: string): string {
  const hex = createHash('sha256').update(facts).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`.toUpperCase()
}
