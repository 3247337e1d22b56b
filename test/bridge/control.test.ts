// The control socket: requests and answers over a real socket in a temporary folder.
import { link, mkdtemp, rm, stat } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GraphdavError } from '../../src/base/errors.ts'
import { silentLog } from '../../src/base/log.ts'
import {
  callControl,
  controlSocketPath,
  startControl,
  type ControlHandler,
  type ControlServer,
} from '../../src/bridge/control.ts'

let folder: string
let server: ControlServer | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graphdav-control-'))
})
afterEach(async () => {
  await server?.close()
  server = undefined
  await rm(folder, { recursive: true, force: true })
})

async function start(handlers: Record<string, ControlHandler>): Promise<void> {
  server = await startControl(folder, handlers, silentLog)
}

function deferred<T>(): { readonly promise: Promise<T>; resolve(value: T): void } {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((settle) => (resolve = settle))
  return { promise, resolve: (value) => resolve(value) }
}

/** Sends bytes as they are; everything that comes back until the other side ends. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(join(folder, 'control.sock'))
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => (text += chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(text))
    socket.write(bytes)
  })
}

describe('the control socket', () => {
  it('answers a command with its progress, in order, and its result', async () => {
    await start({
      sync: (args, onProgress) => {
        onProgress({ pages: 1 })
        onProgress({ pages: 2 })
        return Promise.resolve({ asked: args })
      },
    })
    const seen: unknown[] = []
    const answer = await callControl(
      folder,
      { command: 'sync', args: { calendars: ['work'] } },
      { onProgress: (progress) => seen.push(progress) },
    )
    expect(answer).toEqual({ kind: 'result', result: { asked: { calendars: ['work'] } } })
    expect(seen).toEqual([{ pages: 1 }, { pages: 2 }])
  })

  it('carries an error with its code and sentence', async () => {
    await start({ export: () => Promise.reject(new GraphdavError('not-found', 'there is no calendar of this name')) })
    await expect(callControl(folder, { command: 'export' })).rejects.toMatchObject({
      code: 'not-found',
      message: 'there is no calendar of this name',
    })
  })

  it('carries a large result whole', async () => {
    const text = 'ü'.repeat(3_000_000)
    await start({ export: () => Promise.resolve(text) })
    expect(await callControl(folder, { command: 'export' })).toEqual({ kind: 'result', result: text })
  })

  it('is for its owner only', async () => {
    await start({})
    expect((await stat(join(folder, 'control.sock'))).mode & 0o777).toBe(0o600)
  })

  it('is gone after closing, and then nobody answers', async () => {
    await start({})
    await server?.close()
    server = undefined
    await expect(stat(join(folder, 'control.sock'))).rejects.toMatchObject({ code: 'ENOENT' })
    expect(await callControl(folder, { command: 'status' })).toEqual({ kind: 'nobody' })
  })

  it('of a killed process is taken for nobody, and replaced by the next server', async () => {
    // A listening socket whose file outlives it, as after SIGKILL.
    const killed = createServer()
    await new Promise<void>((resolve) => killed.listen(join(folder, 'old.sock'), resolve))
    await link(join(folder, 'old.sock'), join(folder, 'control.sock'))
    await new Promise((resolve) => killed.close(resolve))
    expect(await callControl(folder, { command: 'status' })).toEqual({ kind: 'nobody' })
    await start({ status: () => Promise.resolve('well') })
    expect(await callControl(folder, { command: 'status' })).toEqual({ kind: 'result', result: 'well' })
  })

  it.each([
    ['an unknown command', '{"command":"format-disk"}\n', 'usage'],
    ['an inherited name', '{"command":"toString"}\n', 'usage'],
    ['no JSON', 'status\n', 'usage'],
    ['no command', '{}\n', 'usage'],
    ['a line without end', 'x'.repeat(70_000), 'usage'],
  ])('refuses %s and goes on', async (_, bytes, code) => {
    await start({ status: () => Promise.resolve('well') })
    expect(await raw(bytes)).toContain(`"code":"${code}"`)
    expect(await callControl(folder, { command: 'status' })).toEqual({ kind: 'result', result: 'well' })
  })

  it('tells the handler when nobody waits any more', async () => {
    const aborted = deferred<string>()
    const begun = deferred<void>()
    await start({
      sync: (_, __, signal) =>
        new Promise((resolve) => {
          begun.resolve(undefined)
          signal.addEventListener('abort', () => {
            aborted.resolve('told')
            resolve(undefined)
          })
        }),
    })
    const leaving = new AbortController()
    const call = callControl(folder, { command: 'sync' }, { signal: leaving.signal })
    await begun.promise
    leaving.abort(new GraphdavError('unavailable', 'stopped'))
    await expect(call).rejects.toThrow('stopped')
    expect(await aborted.promise).toBe('told')
  })

  it('closes although a command is running, which is told, and its caller too', async () => {
    const begun = deferred<void>()
    await start({
      sync: (_, __, signal) =>
        new Promise((_resolve, reject) => {
          begun.resolve(undefined)
          signal.addEventListener('abort', () => reject(new GraphdavError('unavailable', 'the server is stopping')))
        }),
    })
    const call = callControl(folder, { command: 'sync' })
    const failure = call.then(
      () => undefined,
      (error: unknown) => error,
    )
    await begun.promise
    await server?.close()
    server = undefined
    expect(await failure).toMatchObject({ code: 'unavailable' })
  })
})

describe('the path of the control socket', () => {
  it('is said from the working folder when that is shorter', () => {
    expect(controlSocketPath('/srv/graphdav/data', '/srv/graphdav')).toBe('data/control.sock')
    expect(controlSocketPath('/data', '/srv/graphdav/some/where')).toBe('/data/control.sock')
  })

  it('that no socket can have is refused in a sentence', () => {
    const deep = `/srv/${'very-long-name/'.repeat(8)}data`
    expect(() => controlSocketPath(deep, '/')).toThrow(/too long for a socket.*shorter store\.path/)
    expect(controlSocketPath(deep, deep)).toBe('control.sock')
  })
})
