// The control socket in the data folder: a command that needs the store asks the running server through it. One request a
// connection, a line of JSON; the answer is any number of progress lines and one result or error line.
import { chmod, rm } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join, relative } from 'node:path'
import { codeOf, type ErrorCode, GraphdavError, sentenceOf } from '../base/errors.ts'
import type { Log } from '../base/log.ts'

/** What a command may say while it works; plain JSON. */
export type OnProgress = (progress: unknown) => void

/** Carries out one command; what it returns or reports has to be JSON. */
export type ControlHandler = (args: unknown, onProgress: OnProgress, signal: AbortSignal) => Promise<unknown>

type Reply =
  | { readonly progress: unknown }
  | { readonly result: unknown }
  | { readonly error: { readonly code: ErrorCode; readonly message: string } }

/** A listening control socket. */
export interface ControlServer {
  /** Takes no new commands, and ends the running ones. */
  close(): Promise<void>
}

const maxRequest = 65_536
// Linux allows 107 bytes, macOS 103.
const maxSocketPath = 103

/** The socket's path in a data folder, as short as it can be said from here. Throws when no socket can have it. */
export function controlSocketPath(folder: string, cwd = process.cwd()): string {
  const path = join(folder, 'control.sock')
  const shortest =
    [path, relative(cwd, path)].toSorted((a, b) => Buffer.byteLength(a) - Buffer.byteLength(b))[0] ?? path
  if (Buffer.byteLength(shortest) <= maxSocketPath) return shortest
  throw new GraphdavError(
    'configuration',
    `the path of the data folder is too long for a socket in it (${Buffer.byteLength(path)} bytes, at most ${maxSocketPath}); choose a shorter store.path`,
  )
}

/**
 * Listens for commands. Whoever calls this holds the data folder's lock, so a socket that is already there is one that a
 * killed process left behind, and is removed.
 */
export async function startControl(
  folder: string,
  handlers: Readonly<Record<string, ControlHandler>>,
  log: Log,
): Promise<ControlServer> {
  const path = controlSocketPath(folder)
  await rm(path, { force: true })
  const stopping = new AbortController()
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    socket.on('error', (error) => log.debug('control connection failed', { reason: error.message }))
    void serve(socket, handlers, stopping.signal)
  })
  await listen(server, path)
  await chmod(path, 0o600)
  return {
    close: async () => {
      stopping.abort(new GraphdavError('unavailable', 'the server is stopping; try again'))
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of open) socket.end()
      setTimeout(() => open.forEach((socket) => socket.destroy()), 500).unref()
      await closed
      await rm(path, { force: true })
    },
  }
}

// The folder is 0700 already; the umask keeps the socket closed between listening and chmod too.
function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const before = process.umask(0o177)
    server.once('error', reject)
    server.listen(path, () => resolve())
    process.umask(before)
  })
}

async function serve(
  socket: Socket,
  handlers: Readonly<Record<string, ControlHandler>>,
  stopping: AbortSignal,
): Promise<void> {
  const say = (reply: Reply): void => {
    if (!socket.destroyed) socket.write(`${JSON.stringify(reply)}\n`)
  }
  try {
    const line = await firstLine(socket)
    const { command, args } = parseRequest(line)
    const handler = Object.hasOwn(handlers, command) ? handlers[command] : undefined
    if (handler === undefined) {
      throw new GraphdavError('usage', 'the running server does not know this command; restart it after an upgrade')
    }
    const gone = new AbortController()
    socket.once('close', () => gone.abort(new GraphdavError('unavailable', 'nobody waits for the answer any more')))
    const result = await handler(args, (progress) => say({ progress }), AbortSignal.any([stopping, gone.signal]))
    say({ result })
  } catch (error) {
    say({ error: { code: codeOf(error), message: sentenceOf(error) } })
  }
  socket.end()
}

function parseRequest(line: string): { readonly command: string; readonly args: unknown } {
  const request = parseJson(line)
  if (typeof request !== 'object' || request === null || !('command' in request)) throw badRequest()
  if (typeof request.command !== 'string') throw badRequest()
  return { command: request.command, args: 'args' in request ? request.args : undefined }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw badRequest()
  }
}

function badRequest(): GraphdavError {
  return new GraphdavError('usage', 'this is not a command for the control socket')
}

function firstLine(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    socket.setEncoding('utf8')
    const onData = (chunk: string): void => {
      text += chunk
      const end = text.indexOf('\n')
      if (end < 0 && text.length <= maxRequest) return
      // Whatever follows is let pass, and not kept.
      socket.off('data', onData).resume()
      if (end >= 0) resolve(text.slice(0, end))
      else reject(badRequest())
    }
    socket.on('data', onData)
    socket.once('close', () => reject(badRequest()))
    socket.once('end', () => reject(badRequest()))
  })
}

/**
 * Sends a command to the server that owns the data folder. Resolves to its result; throws its error as a `GraphdavError`
 * with the same code and sentence. `nobody` when no server listens.
 */
export async function callControl(
  folder: string,
  request: { readonly command: string; readonly args?: unknown },
  options: { readonly onProgress?: OnProgress; readonly signal?: AbortSignal } = {},
): Promise<{ readonly kind: 'result'; readonly result: unknown } | { readonly kind: 'nobody' }> {
  const socket = await open(controlSocketPath(folder))
  if (socket === undefined) return { kind: 'nobody' }
  const onAbort = (): void => void socket.destroy()
  options.signal?.addEventListener('abort', onAbort, { once: true })
  try {
    socket.write(`${JSON.stringify(request)}\n`)
    for await (const reply of replies(socket)) {
      if ('progress' in reply) options.onProgress?.(reply.progress)
      else if ('error' in reply) throw new GraphdavError(reply.error.code, reply.error.message)
      else return { kind: 'result', result: reply.result }
    }
    throw endedEarly()
  } catch (error) {
    if (options.signal?.aborted) throw options.signal.reason
    throw error instanceof GraphdavError ? error : endedEarly(error)
  } finally {
    options.signal?.removeEventListener('abort', onAbort)
    socket.destroy()
  }
}

/** True when a server listens in the data folder. */
export async function isServing(folder: string): Promise<boolean> {
  const socket = await open(controlSocketPath(folder)).catch(() => undefined)
  socket?.destroy()
  return socket !== undefined
}

function endedEarly(cause?: unknown): GraphdavError {
  return new GraphdavError('unavailable', 'the running server ended before it answered; try again', { cause })
}

function open(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('connect', () => resolve(socket))
    socket.once('error', (error) => {
      const code = 'code' in error ? error.code : ''
      // Not there, or left behind by a killed process.
      if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTSOCK') resolve(undefined)
      else if (code === 'EACCES') {
        reject(
          new GraphdavError('forbidden', 'the running server belongs to another user; run this command as that user'),
        )
      } else reject(new GraphdavError('unavailable', 'the running server cannot be reached', { cause: error }))
    })
  })
}

async function* replies(socket: Socket): AsyncGenerator<Reply> {
  let text = ''
  socket.setEncoding('utf8')
  for await (const chunk of socket) {
    text += String(chunk)
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) yield parseReply(line)
  }
}

function parseReply(line: string): Reply {
  const reply: unknown = JSON.parse(line)
  if (typeof reply !== 'object' || reply === null)
    throw new GraphdavError('internal', 'the running server gave an odd answer')
  return reply as Reply // our own program at the other end of a socket only we can open
}
