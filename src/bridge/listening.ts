// The HTTP server of the configuration on its address.
import { readFileSync } from 'node:fs'
import { GraphdavError } from '../base/errors.ts'
import type { ServerConfiguration } from '../config/configuration.ts'
import { listen, type RunningServer } from '../server/listen.ts'

/** Listens; an address that cannot be had is told in a sentence with the next step. */
export async function listenOn(
  app: Parameters<typeof listen>[0],
  { listen: { host, port }, tls }: ServerConfiguration,
): Promise<RunningServer> {
  const certificate = tls && { cert: readFileSync(tls.cert, 'utf8'), key: readFileSync(tls.key, 'utf8') }
  try {
    return await listen(app, { host, port, tls: certificate })
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
  if (code.startsWith('ERR_OSSL') || code.startsWith('ERR_TLS')) {
    return 'server.tls.cert and server.tls.key are not a PEM certificate and its key'
  }
  return `cannot listen on ${where}: ${code === '' ? 'unknown reason' : code}`
}
