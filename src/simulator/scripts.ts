// Scripted answers: given requests get given answers, word for word, before the tenant is asked. For documented examples.
// `{{base}}` in headers and bodies becomes the simulator's own URL (without version).
import type { Answer } from './answer.ts'
import { isObject, type JsonObject } from './json.ts'
import { badRequest } from './refusal.ts'

export interface Script {
  /** Default GET. */
  readonly method?: string
  /** Decoded path from the version on; a star stands for any text. */
  readonly path: string
  /** Parameters that the query must have, with these values; names in any case. Others are not looked at. */
  readonly query?: Readonly<Record<string, string>>
  /** Parameters that the query must not have. */
  readonly without?: readonly string[]
  /** Answers only in this stage of the play; it begins with 1. Default: in all. */
  readonly stage?: number
  /** The stage that begins with its answer. */
  readonly enters?: number
  /** How often it answers; default: always. */
  readonly times?: number
  /** Default 200. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: JsonObject
}

/** The scripts in force; the first that fits and is not used up answers. */
export class Scripts {
  #standing: { readonly script: Script; left: number }[] = []
  #stage = 1

  set(scripts: readonly Script[]): void {
    this.#standing = scripts.map((script) => ({ script, left: script.times ?? Infinity }))
    this.#stage = 1
  }

  list(): readonly Script[] {
    return this.#standing.map(({ script }) => script)
  }

  find(method: string, path: string, parameters: URLSearchParams, base: string): Answer | undefined {
    const found = this.#standing.find(
      ({ script, left }) =>
        left > 0 && (script.stage ?? this.#stage) === this.#stage && fits(script, method, path, parameters),
    )
    if (!found) return undefined
    found.left -= 1
    const { status, headers, body, enters } = found.script
    this.#stage = enters ?? this.#stage
    return {
      status: status ?? 200,
      headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, filled(value, base)])),
      ...(body ? { json: filledJson(body, base) } : {}),
    }
  }
}

/** Reads scripts from the control API or a fixture. */
export function parseScripts(value: unknown): readonly Script[] {
  const list = isObject(value) ? value['scripts'] : value
  if (!Array.isArray(list)) throw badRequest('Scripts are a list.')
  return list.map((entry: unknown) => {
    if (!isObject(entry) || typeof entry['path'] !== 'string') throw badRequest('A script needs a path.')
    const { path, method, query, without, stage, enters, times, status, headers, body } = entry
    return {
      path,
      ...(typeof method === 'string' ? { method } : {}),
      ...(isObject(query) ? { query: textValues(query) } : {}),
      ...(Array.isArray(without) ? { without: without.map(String) } : {}),
      ...(typeof stage === 'number' ? { stage } : {}),
      ...(typeof enters === 'number' ? { enters } : {}),
      ...(typeof times === 'number' ? { times } : {}),
      ...(typeof status === 'number' ? { status } : {}),
      ...(isObject(headers) ? { headers: textValues(headers) } : {}),
      ...(isObject(body) ? { body } : {}),
    }
  })
}

function textValues(object: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, String(value)]))
}

function fits(script: Script, method: string, path: string, parameters: URLSearchParams): boolean {
  const given = new Map([...parameters].map(([name, value]) => [name.toLowerCase(), value]))
  return (
    method === (script.method ?? 'GET') &&
    pattern(script.path).test(path) &&
    Object.entries(script.query ?? {}).every(([name, value]) => given.get(name.toLowerCase()) === value) &&
    (script.without ?? []).every((name) => !given.has(name.toLowerCase()))
  )
}

function pattern(path: string): RegExp {
  const parts = path.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.+')}$`)
}

function filled(text: string, base: string): string {
  return text.replaceAll('{{base}}', base)
}

function filledJson(body: JsonObject, base: string): JsonObject {
  const value: unknown = JSON.parse(filled(JSON.stringify(body), base))
  return isObject(value) ? value : body
}
