// Reading a request body with a limit, when somebody wants it and not before. The home of raw-body.
import type { IncomingMessage } from 'node:http'
import rawBody from 'raw-body'
import { DavError } from '../caldav/preconditions.ts'

/** The whole body. Throws refusals: 413 above `limit` octets, 415 for a content coding, 400 for a body that broke off. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const coding = request.headers['content-encoding'] ?? 'identity'
  if (coding.toLowerCase() !== 'identity') {
    throw new DavError('unsupported-media-type', 'a compressed request body is not read')
  }
  const length = request.headers['content-length']
  try {
    return await rawBody(request, { limit, length: length ?? null })
  } catch (error) {
    if (isTooLarge(error)) throw new DavError('too-large', `the body is larger than ${limit} octets`)
    throw new DavError('bad-request', 'the body could not be read')
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'type' in error && error.type === 'entity.too.large'
}
