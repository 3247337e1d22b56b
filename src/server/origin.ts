// Who asks, and under which address: behind a trusted proxy X-Forwarded-* says it, else the connection does.
import { BlockList, isIP } from 'node:net'
import type Koa from 'koa'
import { HttpError } from './http-error.ts'

/** What `server.publicUrl` and `server.trustProxy` mean for one request. */
export interface Origins {
  /** Path that hrefs begin with: '' or e.g. `/cal`, without a slash at the end. */
  readonly prefix: string
  /** Scheme and authority of this request's absolute URLs, without a slash at the end. */
  originOf(ctx: Koa.Context): string
  /** The client's IP address. */
  clientOf(ctx: Koa.Context): string
}

/** Reads the two settings once. `publicUrl` is an absolute http(s) URL. */
export function createOrigins(publicUrl: string | undefined, trustProxy: boolean | readonly string[]): Origins {
  const isTrusted = trust(trustProxy)
  const fixed = publicUrl === undefined ? undefined : new URL(publicUrl)
  return {
    prefix: fixed === undefined ? '' : fixed.pathname.replace(/\/+$/, ''),
    originOf: (ctx) => fixed?.origin ?? ownOrigin(ctx, isTrusted),
    clientOf: (ctx) => clientAddress(ctx, isTrusted),
  }
}

type Trust = (address: string) => boolean

function trust(trustProxy: boolean | readonly string[]): Trust {
  if (typeof trustProxy === 'boolean') return () => trustProxy
  const list = new BlockList()
  for (const entry of trustProxy) {
    const [address = '', bits] = entry.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

function ownOrigin(ctx: Koa.Context, isTrusted: Trust): string {
  const isBelieved = isTrusted(peerOf(ctx))
  const scheme = (isBelieved && firstOf(ctx.get('X-Forwarded-Proto'))) || ctx.protocol
  const host = (isBelieved && firstOf(ctx.get('X-Forwarded-Host'))) || ctx.get('Host')
  if (!/^https?$/.test(scheme) || !/^(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?$/.test(host)) {
    throw new HttpError(400, 'the Host header is not a host')
  }
  const origin = `${scheme}://${host}`
  // A port beyond 65535, or colons in brackets that are no address.
  if (!URL.canParse(origin)) throw new HttpError(400, 'the Host header is not a host')
  return origin
}

// From the right: each trusted hop vouches for the one before it.
function clientAddress(ctx: Koa.Context, isTrusted: Trust): string {
  let client = peerOf(ctx)
  const forwarded = ctx.get('X-Forwarded-For').split(',')
  for (const hop of forwarded.map((address) => plainAddress(address.trim())).reverse()) {
    if (isIP(hop) === 0 || !isTrusted(client)) break
    client = hop
  }
  return client
}

function peerOf(ctx: Koa.Context): string {
  return plainAddress(ctx.req.socket.remoteAddress ?? '')
}

// An IPv4 address on an IPv6 socket is the IPv4 address.
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}

function firstOf(header: string): string {
  return (header.split(',')[0] ?? '').trim()
}
