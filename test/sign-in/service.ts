// A sign-in service on loopback over https, with a certificate made for it: what msal asks of Microsoft's, and no more.
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { generate } from 'selfsigned'

export interface SignInService {
  readonly authority: string
  /** PEM of what its certificate is trusted by. */
  readonly ca: string
  /** The forms that came to the token and device code endpoints. */
  readonly asked: readonly URLSearchParams[]
  /** What these endpoints answer from now on; `undefined` breaks the connection. `path` is the last part of the endpoint's. */
  answer: Answer
  close(): Promise<void>
}

export type Answer = (
  form: URLSearchParams,
  path: string,
) => { readonly status: number; readonly body: object } | undefined

/** How Microsoft names the issuer of those whose tenant is not known before they sign in. */
const issuers: Readonly<Record<string, string>> = {
  common: '{tenantid}',
  organizations: '{tenantid}',
  consumers: '9188040d-6c67-4c5b-b112-36a304b66dad',
}

export async function startSignInService(): Promise<SignInService> {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
    ],
  })
  const asked: URLSearchParams[] = []
  const server = createServer({ key: made.private, cert: made.cert }, (request, response) => {
    const send = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    if (request.url?.includes('/.well-known/openid-configuration') === true) {
      const tenant = request.url.split('/')[1] ?? ''
      const root = `https://${request.headers.host}`
      send(200, {
        authorization_endpoint: `${root}/${tenant}/oauth2/v2.0/authorize`,
        token_endpoint: `${root}/${tenant}/oauth2/v2.0/token`,
        issuer: `${root}/${issuers[tenant] ?? tenant}/v2.0`,
        jwks_uri: `${root}/${tenant}/keys`,
        end_session_endpoint: `${root}/${tenant}/logout`,
      })
      return
    }
    let text = ''
    request.on('data', (piece: Buffer) => (text += piece.toString('utf8')))
    request.on('end', () => {
      const form = new URLSearchParams(text)
      asked.push(form)
      const answer = service.answer(form, request.url?.split('?')[0]?.split('/').at(-1) ?? '')
      if (answer === undefined) request.socket.destroy()
      else send(answer.status, answer.body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on a port has an address object.
  const { port } = server.address() as AddressInfo
  const service: SignInService = {
    authority: `https://localhost:${port}/11111111-2222-3333-4444-555555555555`,
    ca: made.cert,
    asked,
    answer: () => ({
      status: 200,
      body: { token_type: 'Bearer', expires_in: 3599, access_token: `token-${asked.length}` },
    }),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => {
          resolve()
        })
      }),
  }
  return service
}
