// One exchange with a sign-in service. Its certificate authority may be one's own; nothing of an answer is kept or logged.
import { readFile } from 'node:fs/promises'
import { request as httpsRequest } from 'node:https'
import { GraphdavError } from '../base/errors.ts'
import { isObject, type JsonObject } from './json.ts'

/** What is sent. The body holds secrets. */
export interface SignInRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

export interface SignInAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: JsonObject
}

/** Sends once; rejects when no complete JSON answer comes. */
export type SignInNetwork = (request: SignInRequest) => Promise<SignInAnswer>

const timeoutMs = 20_000
const maxBytes = 1_000_000

/** The machine's network. `caFile`: absolute path of the PEM of a certificate authority to trust instead of the machine's. */
export async function networkTrusting(caFile: string | undefined): Promise<SignInNetwork> {
  if (caFile === undefined) return signInNetwork(undefined)
  try {
    return signInNetwork(await readFile(caFile, 'utf8'))
  } catch (cause) {
    throw new GraphdavError('sign-in', `the file of caFile cannot be read: ${caFile}`, { cause })
  }
}

/** The machine's network. `ca`: PEM of a certificate authority to trust instead of the machine's; undefined: the machine's. */
export function signInNetwork(ca: string | undefined): SignInNetwork {
  return ({ method, url, headers, body }) =>
    new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(timeoutMs)
      const sent = httpsRequest(url, { method, headers, signal, ...(ca !== undefined && { ca }) }, (answer) => {
        const pieces: Buffer[] = []
        let bytes = 0
        answer.on('error', reject)
        answer.on('data', (piece: Buffer) => {
          bytes += piece.length
          if (bytes > maxBytes) answer.destroy(new Error('the answer is too large'))
          else pieces.push(piece)
        })
        answer.on('end', () => {
          const parsed = parseJson(Buffer.concat(pieces).toString('utf8'))
          if (parsed === undefined) reject(new Error(`the answer of status ${answer.statusCode} is no JSON object`))
          else resolve({ status: answer.statusCode ?? 0, headers: plainHeaders(answer.headers), body: parsed })
        })
      })
      sent.on('error', reject)
      sent.end(body)
    })
}

function parseJson(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function plainHeaders(headers: NodeJS.Dict<string | string[]>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]))
}
