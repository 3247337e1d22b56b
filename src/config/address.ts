// Addresses in the configuration: where the server listens, whom it trusts as a proxy, which URLs may be plain http.
import { isIP, isIPv6 } from 'node:net'

/** Where a server listens. Port 0 is any free one. */
export interface ListenAddress {
  /** A host name or address without brackets; `0.0.0.0` for every address. */
  readonly host: string
  readonly port: number
}

/** Reads `127.0.0.1:8800`, `[::1]:8800`, `localhost:8800` or `:8800` (every address); undefined for anything else. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]*)):(\d{1,5})$/.exec(text)
  if (match === null) return undefined
  const [, ipv6, name, digits = ''] = match
  const port = Number.parseInt(digits, 10)
  if (port > 65_535 || (ipv6 !== undefined && !isIPv6(ipv6))) return undefined
  return { host: ipv6 ?? (name === '' || name === undefined ? '0.0.0.0' : name), port }
}

/** `http://host:port` or `https://…`, with brackets around an IPv6 address. */
export function urlOf(scheme: 'http' | 'https', address: ListenAddress): string {
  const host = isIPv6(address.host) ? `[${address.host}]` : address.host
  return `${scheme}://${host}:${address.port}`
}

/** True for a host that only this machine can reach. Brackets around an IPv6 address are allowed. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase()
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'))
}

/** True for an IP address, or an address and a prefix length (`10.0.0.0/8`, `fd00::/8`). */
export function isAddressOrCidr(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number.parseInt(prefix, 10) <= (version === 4 ? 32 : 128))
}
