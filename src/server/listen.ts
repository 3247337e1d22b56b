// The HTTP(S) server around the app: sizes, time limits for slow clients, and a stop that lets running answers finish.
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type Koa from 'koa'

/** Where to listen; port 0 takes a free one. `tls` holds PEM texts. */
export interface ListenOptions {
  readonly host: string
  readonly port: number
  readonly tls?: { readonly cert: string; readonly key: string } | undefined
  readonly limits?: ConnectionLimits
}

/** How long a slow client may take, in milliseconds, and how many connections there are at once. */
export interface ConnectionLimits {
  /** Until the whole head of a request is here (TLS handshake: the same again). Then 408. */
  readonly headMs: number
  /** Until the whole request is here. Then 408. */
  readonly requestMs: number
  /** A connection on which nothing moved for so long, either way, is ended. */
  readonly silenceMs: number
  /** So often is looked for requests that are late. */
  readonly checkEveryMs: number
  /** More are closed as they come. */
  readonly connections: number
}

/** A listening server. */
export interface RunningServer {
  /** Own origin, without a slash at the end. */
  readonly url: string
  readonly port: number
  /** Takes no new connections, lets running answers finish, and after `graceMs` ends them too. */
  close(graceMs?: number): Promise<void>
}

const seconds = 1000

const defaultLimits: ConnectionLimits = {
  headMs: 15 * seconds,
  requestMs: 60 * seconds,
  silenceMs: 120 * seconds,
  checkEveryMs: 5 * seconds,
  connections: 1000,
}

/** Starts to listen; rejects when the address is taken or not ours. */
export async function listen(
  app: Koa,
  { host, port, tls, limits = defaultLimits }: ListenOptions,
): Promise<RunningServer> {
  const settings = {
    maxHeaderSize: 16 * 1024,
    headersTimeout: limits.headMs,
    handshakeTimeout: limits.headMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: limits.checkEveryMs,
  }
  const handler = app.callback()
  const onRequest = (...pair: Parameters<typeof handler>): void => void handler(...pair)
  const server = tls ? createTlsServer({ ...settings, ...tls }, onRequest) : createServer(settings, onRequest)
  server.keepAliveTimeout = 65 * seconds
  server.timeout = limits.silenceMs
  server.maxConnections = limits.connections
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, resolve)
  })
  const address = addressOf(server)
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return {
    url: `${tls ? 'https' : 'http'}://${name}:${address.port}`,
    port: address.port,
    close: (graceMs = 3 * seconds) => close(server, graceMs),
  }
}

function addressOf(server: Server): AddressInfo {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('the server does not listen on a port')
  return address
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close(() => {
      clearTimeout(timer)
      resolve()
    })
    server.closeIdleConnections()
  })
}
