// Slow clients and crowds, over raw sockets: what takes too long is ended, and others are served meanwhile.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import Koa from 'koa'
import { afterEach, describe, expect, it } from 'vitest'
import { readBody } from '../../src/server/body.ts'
import { catchErrors } from '../../src/server/errors.ts'
import { listen, type ConnectionLimits, type RunningServer } from '../../src/server/listen.ts'
import { silentLog } from '../../src/base/log.ts'

const patient: ConnectionLimits = {
  headMs: 60_000,
  requestMs: 60_000,
  silenceMs: 60_000,
  checkEveryMs: 10,
  connections: 100,
}

let server: RunningServer | undefined
afterEach(() => server?.close(0))

/** Starts a server that reads what comes to `/read` and sends a long stream from `/long`. */
async function start(
  limits: Partial<ConnectionLimits>,
  { onPart = () => undefined, onClose = () => undefined }: { onPart?: () => void; onClose?: () => void } = {},
): Promise<void> {
  const app = new Koa()
  app.on('error', () => undefined)
  app.use(catchErrors(silentLog))
  app.use(async (ctx) => {
    ctx.res.once('close', onClose)
    if (ctx.path === '/long') ctx.body = Readable.from(parts(onPart))
    else ctx.body = ctx.path === '/read' ? `${(await readBody(ctx.req, 1000)).length}\n` : 'hello\n'
  })
  server = await listen(app, { host: '127.0.0.1', port: 0, limits: { ...patient, ...limits } })
}

/** More than any socket buffers. */
function* parts(onPart: () => void): Generator<string> {
  for (let count = 0; count < 2000; count += 1) {
    onPart()
    yield 'x'.repeat(64 * 1024)
  }
}

function open(text = ''): Socket {
  const socket = connect(server?.port ?? 0, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(text)
  return socket
}

/** All that comes until the other side closes. */
async function answerOn(socket: Socket): Promise<string> {
  let answer = ''
  socket.on('data', (chunk) => (answer += String(chunk)))
  await new Promise<void>((resolve) => socket.once('close', () => resolve()))
  return answer
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`

describe('a client that is slow', () => {
  it.each([
    ['says nothing at all', ''],
    ['never ends its head', 'GET / HTTP/1.1\r\nHost: a\r\nX-Slow: '],
  ])('and %s is told so and closed', async (_, text) => {
    await start({ headMs: 50 })
    expect(await answerOn(open(text))).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('with its head is closed also when a little comes all the time', async () => {
    await start({ headMs: 60 })
    const socket = open('GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ')
    const drip = setInterval(() => socket.write('x'), 5)
    const answer = await answerOn(socket)
    clearInterval(drip)
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
  })

  it.each(['Content-Length: 100', 'Transfer-Encoding: chunked'])(
    'with its body (%s) is closed, and its body is not taken for a whole one',
    async (header) => {
      await start({ requestMs: 60, headMs: 50 })
      const socket = open(`PUT /read HTTP/1.1\r\nHost: a\r\n${header}\r\n\r\n`)
      const drip = setInterval(() => socket.write(header.includes('chunked') ? '1\r\nx\r\n' : 'x'), 5)
      const answer = await answerOn(socket)
      clearInterval(drip)
      expect(answer).toMatch(/^HTTP\/1\.1 408 /)
      expect(answer).not.toContain(' 200 ')
    },
  )

  it('to read a long answer is closed, and the rest of the answer is never made', async () => {
    let made = 0
    const closed = new Promise<void>((resolve) => {
      void start({ silenceMs: 50 }, { onPart: () => (made += 1), onClose: resolve }).then(() =>
        open(get('/long')).pause(),
      )
    })
    await closed
    expect(made).toBeGreaterThan(0)
    expect(made).toBeLessThan(2000)
  })

  it('keeps nobody else waiting', async () => {
    await start({})
    const slow = Array.from({ length: 50 }, () => open('PUT /read HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nx'))
    expect(await answerOn(open(get('/')))).toMatch(/^HTTP\/1\.1 200 [^]*hello\n$/)
    for (const socket of slow) socket.destroy()
  })
})

describe('a crowd', () => {
  it('is closed beyond the limit, and let in again when there is room', async () => {
    await start({ connections: 3 })
    const idle = [open(), open(), open()]
    await Promise.all(idle.map((socket) => once(socket, 'connect')))
    expect(await answerOn(open(get('/')))).toBe('')
    idle[0]?.destroy()
    await expect.poll(() => answerOn(open(get('/')))).toMatch(/^HTTP\/1\.1 200 /)
    for (const socket of idle) socket.destroy()
  })
})
