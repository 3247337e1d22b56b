// Path ↔ root | principal | home set | collection | resource. Paths are compared after decoding
// once and NFC; hrefs that we write have one canonical encoding.
import { slugOf } from './slug.ts'

/** A place in the URL space, its segments decoded. `nowhere` is no place: the status says why. */
export type Location =
  | { readonly kind: 'site' }
  | { readonly kind: 'root' }
  | { readonly kind: 'principals' }
  | { readonly kind: 'principal'; readonly user: string }
  | { readonly kind: 'homes' }
  | { readonly kind: 'home'; readonly user: string }
  | { readonly kind: 'inbox'; readonly user: string }
  | { readonly kind: 'outbox'; readonly user: string }
  | { readonly kind: 'collection'; readonly user: string; readonly slug: string }
  | { readonly kind: 'resource'; readonly user: string; readonly slug: string; readonly name: string }
  | { readonly kind: 'nowhere'; readonly status: 400 | 403 | 404 }

const unknown: Location = { kind: 'nowhere', status: 404 }
const noName: ReadonlySet<string> = new Set(['', '.', '..'])

/** The place that a path names: percent-encoded, without query, without the public prefix. */
export function parsePath(path: string): Location {
  const segments: string[] = []
  // The slash at the end may be missing on collections.
  for (const raw of path.replace(/^\//, '').replace(/\/$/, '').split('/')) {
    const segment = decodeSegment(raw)
    if (segment === undefined) return { kind: 'nowhere', status: 400 }
    // An encoded slash never becomes a level of its own.
    if (segment.includes('/')) return { kind: 'nowhere', status: 403 }
    segments.push(segment)
  }
  return locate(segments, path.endsWith('/'))
}

function locate(segments: readonly string[], endsWithSlash: boolean): Location {
  const [top, tree, user, slug, name, ...more] = segments
  if (segments.length === 1 && top === '') return { kind: 'site' }
  if (top !== 'dav' || more.length > 0 || segments.some((segment) => noName.has(segment))) return unknown
  if (tree === undefined) return { kind: 'root' }
  if (tree === 'principals') return locatePrincipal(segments.slice(2))
  if (tree !== 'calendars') return unknown
  if (user === undefined) return { kind: 'homes' }
  if (slug === undefined) return { kind: 'home', user }
  if (name === undefined) {
    if (slug === 'inbox' || slug === 'outbox') return { kind: slug, user }
    return { kind: 'collection', user, slug: slugOf(slug) }
  }
  if (endsWithSlash || slug === 'inbox' || slug === 'outbox') return unknown
  return { kind: 'resource', user, slug: slugOf(slug), name }
}

function locatePrincipal([user, ...more]: readonly string[]): Location {
  if (more.length > 0) return unknown
  return user === undefined ? { kind: 'principals' } : { kind: 'principal', user }
}

// Undefined for broken encoding and for what no name may hold.
function decodeSegment(raw: string): string | undefined {
  try {
    const decoded = decodeURIComponent(raw).normalize('NFC')
    return /[\u0000-\u001f\u007f]/.test(decoded) ? undefined : decoded
  } catch {
    return undefined
  }
}

/** The place that an href of a request body names: a path or an absolute URL, with or without the public prefix. */
export function parseHref(href: string, prefix: string): Location {
  const [path = ''] = href
    .trim()
    .replace(/^https?:\/\/[^/?#]*/i, '')
    .split(/[?#]/, 1)
  if (!path.startsWith('/')) return unknown
  return parsePath(withoutPrefix(path, prefix))
}

/** A path below the public prefix; a path that does not begin with it stays as it is. */
export function withoutPrefix(path: string, prefix: string): string {
  if (prefix === '') return path
  if (path === prefix) return '/'
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path
}

/** The canonical href of a place: path-absolute, percent-encoded, with the prefix; collections end with a slash. */
export function hrefOf(location: Location, prefix: string): string {
  return prefix + pathOf(location)
}

function pathOf(location: Location): string {
  switch (location.kind) {
    case 'site':
    case 'nowhere':
      return '/'
    case 'root':
      return '/dav/'
    case 'principals':
      return '/dav/principals/'
    case 'principal':
      return `/dav/principals/${encodeSegment(location.user)}/`
    case 'homes':
      return '/dav/calendars/'
    case 'home':
      return `/dav/calendars/${encodeSegment(location.user)}/`
    case 'inbox':
    case 'outbox':
      return `/dav/calendars/${encodeSegment(location.user)}/${location.kind}/`
    case 'collection':
      return `/dav/calendars/${encodeSegment(location.user)}/${encodeSegment(location.slug)}/`
    case 'resource':
      return `/dav/calendars/${encodeSegment(location.user)}/${encodeSegment(location.slug)}/${encodeSegment(location.name)}`
  }
}

// RFC 3986 unreserved, and `@` `:` `(` `)` as they are: the spelling that clients meet most often elsewhere.
function encodeSegment(segment: string): string {
  if (/^[\w.-]+$/.test(segment)) return segment
  return encodeURIComponent(segment)
    .replace(/%40|%3A/g, decodeURIComponent)
    .replace(/[!'*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}
