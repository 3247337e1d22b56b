// One request and its answer as CalDAV sees them: no Koa, no socket. `server/` makes the one and sends the other.

/** A request of a signed-in user. */
export interface DavRequest {
  readonly method: string
  /** Path below the public prefix as it came: percent-encoded, without the query. */
  readonly path: string
  /** A header's value; '' when it is absent. */
  header(name: string): string
  /** The signed-in user's name. */
  readonly user: string
  /** Host and port that the client knows this server by. */
  readonly host: string
  /** What hrefs begin with: '' or a path without a slash at its end, e.g. `/cal`. */
  readonly prefix: string
  /** The whole body. Throws the `too-large` refusal above `limit` octets. May be called once. */
  body(limit: number): Promise<Buffer>
}

/** An answer; the body is sent as UTF-8. A stream that throws half-way breaks the connection, as nothing else can be said then. */
export interface DavAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | AsyncIterable<string> | undefined
}

/** The value of one preference of the Prefer header (RFC 7240): 'true' when it has none, undefined when it is not there. */
export function preferenceOf(request: DavRequest, name: string): string | undefined {
  for (const preference of request.header('prefer').split(',')) {
    const [token = '', value = 'true'] = (preference.split(';')[0] ?? '').split('=')
    if (token.trim().toLowerCase() === name) return value.trim().replace(/^"(.*)"$/, '$1')
  }
  return undefined
}

/** True when the client wants no properties that are not there (RFC 8144 §2.1; Apple also sends `Brief: t`). */
export function prefersMinimal(request: DavRequest): boolean {
  return preferenceOf(request, 'return') === 'minimal' || request.header('brief').trim().toLowerCase() === 't'
}
