// Checks answers against an OpenAPI 3.1 file of Graph, which stays outside of the project. The home of ajv, a development
// dependency: it is loaded only when a file is given.
import { readFile } from 'node:fs/promises'
import type { ErrorObject, ValidateFunction } from 'ajv'
import { GraphdavError } from '../base/errors.ts'
import { isObject, type JsonObject } from './json.ts'
import type { SchemaCheck } from './world.ts'

interface Operation {
  readonly segments: readonly string[]
  readonly method: string
  readonly responses: JsonObject
  readonly pointer: string
}

type Compile = (pointer: string) => ValidateFunction

/** Reads the file; rejects with a GraphdavError when it, or ajv, is not there. Paths that the file does not have pass. */
export async function loadSchemaCheck(file: string): Promise<SchemaCheck> {
  const document = await readDocument(file)
  const compile = await compiler(document)
  const operations = operationsOf(document)
  const known = eventMembers(document)
  return ({ method, path, status, json }) => {
    const operation = operations.find((one) => one.method === method.toLowerCase() && fits(one.segments, path))
    if (!operation || json === undefined) return []
    const pointer = responsePointer(document, operation, status)
    if (pointer === undefined) return [`status ${status} is not described`]
    const validate = compile(pointer)
    const isValid = validate(json)
    return [...(isValid ? [] : (validate.errors ?? []).slice(0, 5).map(sentence)), ...strangers(json, known, path)]
  }
}

async function readDocument(file: string): Promise<JsonObject> {
  try {
    const document: unknown = JSON.parse(await readFile(file, 'utf8'))
    if (isObject(document)) return document
  } catch (cause) {
    throw new GraphdavError('configuration', `The OpenAPI file ${file} cannot be read as JSON.`, { cause })
  }
  throw new GraphdavError('configuration', `The OpenAPI file ${file} is not a JSON object.`)
}

async function compiler(document: JsonObject): Promise<Compile> {
  const { Ajv2020 } = await import('ajv/dist/2020.js').catch((cause: unknown) => {
    throw new GraphdavError('configuration', 'Checking answers against an OpenAPI file needs the package ajv.', {
      cause,
    })
  })
  const ajv = new Ajv2020({ strict: false, allErrors: true, formats })
  ajv.addSchema(document, 'graph')
  const compiled = new Map<string, ValidateFunction>()
  return (pointer) => {
    const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `graph#${encodeURI(pointer)}` })
    compiled.set(pointer, validate)
    return validate
  }
}

const formats = {
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?(?:Z|[+-]\d\d:\d\d)$/,
  date: /^\d{4}-\d\d-\d\d$/,
  time: /^\d\d:\d\d:\d\d(?:\.\d{1,7})?$/,
  uuid: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  uri: /^[a-z][a-z0-9+.-]*:/i,
  int32: true,
  int64: true,
  double: true,
  float: true,
  duration: true,
  base64url: true,
  byte: true,
} as const

function operationsOf(document: JsonObject): readonly Operation[] {
  const paths = isObject(document['paths']) ? document['paths'] : {}
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(isObject(item) ? item : {}).flatMap(([method, operation]) => {
      if (!isObject(operation) || !isObject(operation['responses'])) return []
      const pointer = `/paths/${escaped(path)}/${method}/responses`
      return [{ segments: path.split('/').slice(1), method, responses: operation['responses'], pointer }]
    }),
  )
}

/** The path behind `/v1.0`; a segment in braces fits any one. Beta has shapes of its own and passes. */
function fits(segments: readonly string[], path: string): boolean {
  const [version, ...given] = path.split('/').filter((part) => part !== '')
  return (
    version === 'v1.0' &&
    given.length === segments.length &&
    segments.every((segment, place) => segment.startsWith('{') || segment === given[place])
  )
}

/** Where the schema of a status stands; undefined when the file does not describe it. */
function responsePointer(document: JsonObject, operation: Operation, status: number): string | undefined {
  // Another success than the described one (a switch) has to have its shape all the same.
  const isOther = (name: string): boolean => name[0] === String(status)[0]
  const names = Object.keys(operation.responses)
  const key =
    names.find((name) => name === String(status)) ??
    names.find(isOther) ??
    names.find((name) => status >= 400 && name === 'default')
  if (key === undefined) return undefined
  const response = operation.responses[key]
  const reference = isObject(response) ? response['$ref'] : undefined
  const base = typeof reference === 'string' ? reference.slice(1) : `${operation.pointer}/${key}`
  const found = at(document, base)
  const content = isObject(found) ? found['content'] : undefined
  const type = isObject(content) ? Object.keys(content)[0] : undefined
  return type === undefined ? undefined : `${base}/content/${escaped(type)}/schema`
}

function at(document: JsonObject, pointer: string): unknown {
  const steps = pointer.split('/').slice(1)
  return steps.reduce<unknown>((value, step) => {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
    return isObject(value) ? value[key] : undefined
  }, document)
}

function escaped(text: string): string {
  return text.replaceAll('~', '~0').replaceAll('/', '~1')
}

function sentence(error: ErrorObject): string {
  return `${error.instancePath || '/'} ${error.message ?? 'is wrong'}`
}

/** Members of the event type. It is open, so the file allows any: a name that it does not know is a slip of ours. */
function eventMembers(document: JsonObject): ReadonlySet<string> {
  const names = new Set<string>()
  const collect = (schema: unknown): void => {
    if (!isObject(schema)) return
    const reference = schema['$ref']
    if (typeof reference === 'string') collect(at(document, reference.slice(1)))
    if (isObject(schema['properties'])) for (const name of Object.keys(schema['properties'])) names.add(name)
    if (Array.isArray(schema['allOf'])) schema['allOf'].forEach(collect)
  }
  collect({ $ref: '#/components/schemas/microsoft.graph.event' })
  return names
}

function strangers(json: unknown, known: ReadonlySet<string>, path: string): readonly string[] {
  if (!isObject(json) || !/\/(?:events|calendarView|instances|delta)(?:\/|$)/.test(path)) return []
  const rows: readonly unknown[] = Array.isArray(json['value']) ? json['value'] : [json]
  const names = rows.flatMap((row) => (isObject(row) && !('error' in row) ? Object.keys(row) : []))
  const strange = [...new Set(names)].filter((name) => !name.includes('@') && !known.has(name))
  return strange.filter((name) => !allowedStrangers.has(name)).map((name) => `an event has no member ${name}`)
}

/** What the switch rowShape: extra adds on purpose. */
const allowedStrangers = new Set(['futureProperty', 'futureFlag'])
