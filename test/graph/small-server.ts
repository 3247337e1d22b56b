// A server of a few lines for tests of the client: each request is answered by a function, and kept.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

export interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
}

export interface SmallServer {
  readonly url: string
  readonly received: Received[]
  stop(): Promise<void>
}

export type Answer = (request: Received, response: ServerResponse) => void

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'r-1', ...headers })
    response.end(JSON.stringify(value))
  }
}

export function text(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'text/html', ...headers })
    response.end(body)
  }
}

/** Answers in the given order, the last one for ever. */
export async function startServer(...answers: readonly Answer[]): Promise<SmallServer> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers }
    const answer = answers[Math.min(received.length, answers.length - 1)]
    received.push(one)
    answer?.(one, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    received,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}
