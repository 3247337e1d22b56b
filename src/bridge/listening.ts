// The HTTP server of the configuration on its address.
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { GraphdavError } from '../base/errors.ts'
import type { ServerConfiguration } from '../config/configuration.ts'
import { listen, type RunningServer } from '../server/listen.ts'

/** The PEM texts that `server.tls` names; undefined without it. Throws when they are not there, or no certificate and its key. */
export function certificateOf({
  tls,
}: Pick<ServerConfiguration, 'tls'>): { readonly cert: string; readonly key: string } | undefined {
  if (tls === undefined) return undefined
  try {
    const texts = { cert: readFileSync(tls.cert, 'utf8'), key: readFileSync(tls.key, 'utf8') }
    createSecureContext(texts)
    return texts
  } catch (cause) {
    const isMissing = cause instanceof Error && 'syscall' in cause
    const sentence = isMissing ? 'server.tls.cert or server.tls.key cannot be read' : notAPair
    throw new GraphdavError('configuration', sentence, { cause })
  }
}

const notAPair = 'server.tls.cert and server.tls.key are not a PEM certificate and its key'

const soonMs = 14 * 86_400_000

/** A certificate that has ended, or soon will: programs refuse to connect then. Undefined when all is well, or without TLS. */
export function certificateProblem(
  server: Pick<ServerConfiguration, 'tls'>,
  now: number,
): { readonly hasEnded: boolean; readonly sentence: string } | undefined {
  const texts = certificateOf(server)
  if (texts === undefined) return undefined
  const { validTo } = new X509Certificate(texts.cert)
  const hasEnded = Date.parse(validTo) <= now
  if (!hasEnded && Date.parse(validTo) > now + soonMs) return undefined
  const says = hasEnded ? 'has ended, so programs refuse to connect' : 'ends soon'
  return {
    hasEnded,
    sentence: `server.tls.cert ${says} (${validTo}); renew it, then let the server read it again (SIGHUP, or a restart)`,
  }
}

/** Listens; an address that cannot be had is told in a sentence with the next step. */
export async function listenOn(app: Parameters<typeof listen>[0], server: ServerConfiguration): Promise<RunningServer> {
  const { host, port } = server.listen
  const tls = certificateOf(server)
  try {
    return await listen(app, { host, port, tls })
  } catch (error) {
    throw new GraphdavError('unavailable', sentenceOfListening(error, host, port), { cause: error })
  }
}

function sentenceOfListening(error: unknown, host: string, port: number): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const where = `${host}:${port}`
  if (code === 'EADDRINUSE')
    return `${where} is taken by another program; stop that one, or choose another port (server.listen; --port for demo)`
  if (code === 'EACCES') return `${where} needs rights that this user does not have; choose a port above 1023`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${where} is not an address of this machine; change server.listen`
  return `cannot listen on ${where}: ${code === '' ? 'unknown reason' : code}`
}
