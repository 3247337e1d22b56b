// A keep-alive client that costs as little as it can: what it spends would flatter whoever is measured. One request at a
// time; it reads an answer up to its end and no further (RFC 9112 §6).
import { connect, type Socket } from 'node:net'

/** A request, made to octets once. */
export type Prepared = Buffer

export interface Answer {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

export interface Request {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** The octets of a request to loopback. */
export function prepare({ method, path, headers = {}, body = '' }: Request): Prepared {
  const all = {
    Host: '127.0.0.1',
    ...headers,
    ...(body === '' ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
}

/** One connection at a time; a new one when the server has closed it between two requests, as it may (RFC 9112 §9.3). */
export class Client {
  readonly #port: number
  #socket: Socket
  #receive: (chunk: Buffer) => void = () => undefined
  #fail: (error: Error) => void = () => undefined

  private constructor(port: number, socket: Socket) {
    this.#port = port
    this.#socket = this.#listen(socket)
  }

  static async connect(port: number): Promise<Client> {
    return new Client(port, await open(port))
  }

  /** Whether the server has closed the connection. */
  get isClosed(): boolean {
    return this.#socket.destroyed
  }

  /** Sends, and takes all of the answer in. */
  async ask(request: Prepared): Promise<Answer> {
    if (this.isClosed) this.#socket = this.#listen(await open(this.#port))
    return new Promise((resolve, reject) => {
      const reader = new AnswerReader()
      this.#fail = reject
      this.#receive = (chunk) => {
        if (reader.take(chunk)) resolve(reader.answer())
      }
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#fail = () => undefined
    this.#socket.destroy()
  }

  #listen(socket: Socket): Socket {
    socket.on('data', (chunk) => this.#receive(chunk))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('the server closed the connection')))
    return socket
  }
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true }, () => {
      socket.off('error', reject)
      resolve(socket)
    })
    socket.once('error', reject)
  })
}

const headEnd = Buffer.from('\r\n\r\n')
const chunksEnd = Buffer.from('0\r\n\r\n')

class AnswerReader {
  #chunks: Buffer[] = []
  #length = 0
  #head: string | undefined
  #bodyAt = 0
  /** Octets of the whole answer; undefined while the head is not there, Infinity for a body in chunks. */
  #total: number | undefined

  /** True when the answer is complete. */
  take(chunk: Buffer): boolean {
    this.#chunks.push(chunk)
    this.#length += chunk.length
    if (this.#total === undefined) this.#readHead()
    if (this.#total === undefined) return false
    if (this.#total !== Infinity) return this.#length >= this.#total
    return this.#last(chunksEnd.length).equals(chunksEnd)
  }

  answer(): Answer {
    const all = Buffer.concat(this.#chunks)
    const [first = '', ...lines] = (this.#head ?? '').split('\r\n')
    const headers = lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
    })
    const body = all.subarray(this.#bodyAt)
    const isChunked = this.#total === Infinity
    return { status: Number(first.split(' ')[1]), headers: new Map(headers), body: isChunked ? joined(body) : body }
  }

  #readHead(): void {
    const start = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks)
    const end = start?.indexOf(headEnd) ?? -1
    if (start === undefined || end < 0) return
    this.#head = start.toString('latin1', 0, end)
    this.#bodyAt = end + headEnd.length
    const status = Number(this.#head.slice(9, 12))
    const length = /\r\ncontent-length: *(\d+)/i.exec(this.#head)?.[1]
    if (length !== undefined && status !== 304) this.#total = this.#bodyAt + Number(length)
    else this.#total = /\r\ntransfer-encoding: *chunked/i.test(this.#head) ? Infinity : this.#bodyAt
  }

  // The end may be cut across two pieces.
  #last(length: number): Buffer {
    const last = this.#chunks.at(-1) ?? Buffer.alloc(0)
    return last.length >= length ? last.subarray(-length) : Buffer.concat(this.#chunks.slice(-length)).subarray(-length)
  }
}

/** The data of a body in chunks (RFC 9112 §7.1). */
function joined(body: Buffer): Buffer {
  const pieces: Buffer[] = []
  for (let at = 0; ;) {
    const line = body.indexOf('\r\n', at)
    const size = Number.parseInt(body.toString('latin1', at, line), 16)
    if (size === 0) return Buffer.concat(pieces)
    pieces.push(body.subarray(line + 2, line + 2 + size))
    at = line + 2 + size + 2
  }
}
