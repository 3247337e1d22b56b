// A Graph that takes any token: it stands before a simulated tenant and signs in there as the person or the application that the
// token says it is. So the claims of a token can be chosen.
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { claimsOf } from '../../src/graph/token-claims.ts'
import type { Simulator } from '../../src/simulator/simulator.ts'

export interface AnyToken {
  readonly url: string
  close(): Promise<void>
}

/** A token as the sign-in service writes it, with a signature of nobody. */
export function tokenOf(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.c2lnbmF0dXJl`
}

export async function startAnyToken(simulator: Simulator): Promise<AnyToken> {
  const server = createServer((asked, answer) => {
    const claims = claimsOf((asked.headers.authorization ?? '').replace('Bearer ', ''))
    const token = claims?.isApplication === true ? simulator.applicationToken : simulator.token
    const headers = { ...asked.headers, authorization: `Bearer ${token}`, host: new URL(simulator.url).host }
    const passed = request(
      new URL(asked.url ?? '/', simulator.url),
      { method: asked.method ?? 'GET', headers },
      (came) => {
        answer.writeHead(came.statusCode ?? 502, came.headers)
        came.pipe(answer)
      },
    )
    passed.on('error', () => answer.destroy())
    asked.pipe(passed)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on a port has an address object.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => {
          resolve()
        })
      }),
  }
}
