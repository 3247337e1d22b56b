// One HTTP exchange with Graph, without any retry: send, read the body within its limits, or say why there is no answer.
// The home of ky, loaded with the first request. Time here is the network's own: a silent peer is cut off by the machine's clock, not by
// the injected one.

/** What to send. */
export interface Exchange {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** JSON value; undefined for none. */
  readonly json?: unknown
  readonly timeoutMs: number
  readonly maxBytes: number
  readonly signal?: AbortSignal | undefined
}

/** An answer of any status, body read. */
export interface RawAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/** Why there is no answer; the sentence names no address and no link. */
export class NoAnswerError extends Error {
  readonly requestId: string

  constructor(message: string, requestId: string, cause?: unknown) {
    super(message, { cause })
    this.requestId = requestId
  }
}

/** Sends once. Throws `NoAnswerError`, or the reason of the signal when the caller gave up. Redirects are not followed. */
export async function exchange(request: Exchange): Promise<RawAnswer> {
  request.signal?.throwIfAborted()
  const controller = new AbortController()
  const timer = setTimeout(() => {
    controller.abort(new NoAnswerError(`no complete answer within ${request.timeoutMs} ms`, ''))
  }, request.timeoutMs)
  const giveUp = (): void => {
    controller.abort(request.signal?.reason)
  }
  request.signal?.addEventListener('abort', giveUp, { once: true })
  try {
    return await send(request, controller.signal)
  } catch (error) {
    request.signal?.throwIfAborted()
    throw error instanceof NoAnswerError ? error : new NoAnswerError(describe(error), '', error)
  } finally {
    clearTimeout(timer)
    request.signal?.removeEventListener('abort', giveUp)
  }
}

async function send(request: Exchange, signal: AbortSignal): Promise<RawAnswer> {
  // It brings the runtime's `fetch` with it: a start answers its clients before that.
  const { default: ky } = await import('ky')
  const sent = ky(request.url, {
    method: request.method,
    headers: { ...request.headers },
    ...(request.json === undefined ? {} : { json: request.json }),
    retry: 0,
    timeout: false,
    throwHttpErrors: false,
    redirect: 'manual',
    signal,
  })
  const response = await unlessAborted(sent, signal)
  const body = await readBody(response, request.maxBytes, signal)
  return { status: response.status, headers: response.headers, body }
}

async function readBody(response: Response, maxBytes: number, signal: AbortSignal): Promise<string> {
  const requestId = response.headers.get('request-id') ?? ''
  if (response.body === null) return ''
  const reader = response.body.getReader()
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for (;;) {
      const { done, value } = await unlessAborted(reader.read(), signal)
      if (done) return Buffer.concat(chunks).toString('utf8')
      bytes += value.byteLength
      if (bytes > maxBytes) throw new NoAnswerError(`the answer is larger than ${maxBytes} bytes`, requestId)
      chunks.push(value)
    }
  } catch (error) {
    reader.cancel().catch(() => undefined)
    throw error instanceof NoAnswerError ? error : new NoAnswerError(describe(error), requestId, error)
  }
}

// Some runtimes lose an abort signal that was derived from another one: the caller is never left waiting for it.
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => undefined
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      reject(signal.reason instanceof Error ? signal.reason : new NoAnswerError('given up', ''))
    }
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

// Only the system's code: the messages of the network stack hold addresses.
function describe(error: unknown): string {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return `the connection failed (${cause.code})`
  }
  return 'the connection failed'
}
