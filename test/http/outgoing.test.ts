// Whom the whole program connects to: Microsoft Graph and the sign-in service, and nobody else. Every socket of the process is seen.
import { writeFile } from 'node:fs/promises'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { hourOn } from '../caldav/texts.ts'
import { startSignInService } from '../sign-in/service.ts'
import { authorization, feedToken, startWorld } from './program.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** Where sockets are asked to connect to from now on, `host:port` or the path of a local socket. */
function watchSockets(): () => readonly string[] {
  const { mock } = vi.spyOn(Socket.prototype, 'connect')
  const calls: readonly (readonly unknown[])[] = mock.calls
  // Node.js hands its own calls over as one list.
  return () => [...new Set(calls.map(([first]) => placeOf(Array.isArray(first) ? first[0] : first)))]
}

function placeOf(options: unknown): string {
  if (typeof options !== 'object' || options === null) return String(options)
  const { host, port, path } = options as { host?: unknown; port?: unknown; path?: unknown } // each is looked at below
  return typeof port === 'number' || typeof port === 'string' ? `${String(host)}:${port}` : String(path)
}

describe('the program', () => {
  it('connects to Graph and the sign-in service, and to nobody else', async () => {
    const service = await startSignInService()
    const world = await startWorld({ events: 4 }, (text) =>
      text
        .replace(
          /auth: \{[^}]*\}/,
          `mailbox: mara@fabrikam.example, auth: { kind: client-secret, authority: '${service.authority}', caFile: ca.pem, clientId: app, clientSecret: hush }`,
        )
        .replace('source: default', 'source: default\n    access: read-write'),
    )
    try {
      const { token, url: graph } = world.simulator
      service.answer = () => ({ status: 200, body: { token_type: 'Bearer', expires_in: 3599, access_token: token } })
      await writeFile(join(world.folder, 'ca.pem'), service.ca)
      const seen = watchSockets()
      const { bridge, url } = await world.open()
      await Promise.all(bridge.slugs.map((slug) => bridge.sync(slug, {})))
      const ask = (path: string, init: RequestInit = {}) =>
        fetch(`${url}${path}`, { ...init, headers: { authorization, 'content-type': 'text/calendar' } })
      const answers = await Promise.all([
        ask('/dav/calendars/alice/work/one.ics', { method: 'PUT', body: hourOn('one', '20260303') }),
        ask(`/feeds/${feedToken}/work.ics`),
        ...['/mobileconfig', '/metrics', '/readyz', '/'].map((path) => ask(path)),
      ])
      expect(answers.slice(0, 2).map(({ status }) => status)).toEqual([201, 200])
      for await (const piece of bridge.backup()) expect(piece.length).toBeGreaterThan(0)
      const hosts = [graph, service.authority, url].map((one) => new URL(one).host)
      expect(seen().toSorted()).toEqual(hosts.toSorted())
    } finally {
      await world.stop()
      await service.close()
    }
  })
})
