// The program's address: https of its own, and the sentences when an address cannot be had.
import { X509Certificate } from 'node:crypto'
import { writeFile, mkdtemp, rm } from 'node:fs/promises'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Koa from 'koa'
import { generate } from 'selfsigned'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { certificateOf, certificateProblem, listenOn } from '../../src/bridge/listening.ts'
import type { ServerConfiguration } from '../../src/config/configuration.ts'

let folder: string
let certificate: Awaited<ReturnType<typeof generate>>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graphdav-listening-'))
  certificate = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  })
  await writeFile(join(folder, 'cert.pem'), certificate.cert)
  await writeFile(join(folder, 'key.pem'), certificate.private)
  await writeFile(join(folder, 'nonsense.pem'), 'no certificate\n')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const hello = new Koa().use((ctx) => {
  ctx.body = 'hello'
})

function configured(changes: Partial<ServerConfiguration>): ServerConfiguration {
  return { listen: { host: '127.0.0.1', port: 0 }, publicUrl: undefined, trustProxy: false, tls: undefined, ...changes }
}

const pem = (cert: string, key: string) => ({ tls: { cert: join(folder, cert), key: join(folder, key) } })

describe('listening', () => {
  it('speaks https with the configured certificate', async () => {
    const server = await listenOn(hello, configured(pem('cert.pem', 'key.pem')))
    try {
      const body = await new Promise<string>((resolve, reject) => {
        const url = `https://localhost:${server.port}/`
        get(url, { ca: certificate.cert, family: 4 }, (answer) => {
          answer.setEncoding('utf8').once('data', resolve)
        }).once('error', reject)
      })
      expect([body, server.url.split(':')[0]]).toEqual(['hello', 'https'])
    } finally {
      await server.close(0)
    }
  })

  it('says when certificate and key are none', async () => {
    await expect(listenOn(hello, configured(pem('nonsense.pem', 'key.pem')))).rejects.toThrow(/not a PEM certificate/)
    await expect(listenOn(hello, configured(pem('cert.pem', 'nonsense.pem')))).rejects.toThrow(/not a PEM certificate/)
    // Asked before a running server gives way to the next one (SIGHUP).
    expect(() => certificateOf(pem('cert.pem', 'nonsense.pem'))).toThrow(/not a PEM certificate/)
    expect(() => certificateOf(pem('gone.pem', 'key.pem'))).toThrow(/cannot be read/)
    expect(certificateOf(configured({}))).toBeUndefined()
  })

  it('says when a certificate ends soon or has ended, and how it is renewed', () => {
    const { validTo } = new X509Certificate(certificate.cert)
    const end = Date.parse(validTo)
    const at = (now: number) => certificateProblem(pem('cert.pem', 'key.pem'), now)
    expect(at(end - 15 * 86_400_000)).toBeUndefined()
    expect(at(end - 13 * 86_400_000)).toEqual({
      hasEnded: false,
      sentence: `server.tls.cert ends soon (${validTo}); renew it, then let the server read it again (SIGHUP, or a restart)`,
    })
    expect(at(end)).toMatchObject({ hasEnded: true, sentence: expect.stringContaining('programs refuse to connect') })
    expect(certificateProblem(configured({}), end)).toBeUndefined()
  })

  it('says when the address is taken, or not of this machine', async () => {
    const first = await listenOn(hello, configured({}))
    const again = configured({ listen: { host: '127.0.0.1', port: first.port } })
    await expect(listenOn(hello, again)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(`^127\\.0\\.0\\.1:${first.port} is taken by another program; `),
    })
    await first.close(0)
    const elsewhere = configured({ listen: { host: '192.0.2.1', port: 0 } })
    await expect(listenOn(hello, elsewhere)).rejects.toThrow(/is not an address of this machine; change server\.listen/)
  })
})
