// YAML text → plain values, with the place of every key and value, so that a later error can name line and column. The
// home of yaml. Variables are put in here, inside string values, after the YAML is parsed. Refuses what is too large,
// alias bombs and cycles. No message quotes a value of the file: it may be a secret.
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { ConfigurationProblem } from '../base/errors.ts'

/** A key's way from the top, e.g. `['accounts', 'home', 'auth']`; list entries by their number. */
export type Path = readonly (string | number)[]

/** The value of a configuration file before it is checked: what JSON could hold. Mappings have no prototype's keys. */
export type Raw = string | number | boolean | null | readonly Raw[] | RawMap
export interface RawMap {
  readonly [key: string]: Raw
}

/** A read file. */
export interface YamlDocument {
  readonly value: Raw
  readonly problems: readonly ConfigurationProblem[]
  /** True when it is no YAML, or far too large: then `problems` say why, and nothing else is worth checking. */
  readonly isBroken: boolean
  /** A problem at the place of a path: of its value, of its `key` (`at: 'key'`), or of the nearest parent that is there. */
  problem(path: Path, message: string, at?: 'key' | 'value'): ConfigurationProblem
  /** True when something was already said about this value: it needs no second sentence. */
  isRefused(path: Path): boolean
}

const maxCharacters = 1_000_000
const maxValues = 20_000
const maxDepth = 32

/** Reads YAML text. `file` names it in problems; `env` are the variables for `${NAME}`. Never throws. */
export function parseYaml(
  text: string,
  options: { readonly file: string; readonly env: Readonly<Record<string, string | undefined>> },
): YamlDocument {
  if (text.length > maxCharacters)
    return unreadable(options.file, `the file is larger than ${maxCharacters} characters`)
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: false })
  // What the library only warns of (an unknown tag such as `!secret`) would be taken for something it is not.
  const mistakes = [...document.errors, ...document.warnings]
  if (mistakes.length > 0) {
    const problems = mistakes.map((error) => {
      const { line, col } = lines.linePos(error.pos[0])
      return { file: options.file, line, column: col, key: '', message: sentenceOfYaml(error.code, text, error.pos[0]) }
    })
    // One mistake often breaks several tokens of its line; the first of a line says it.
    const first = problems.filter((one, index) => problems.findIndex((other) => other.line === one.line) === index)
    return { ...unreadable(options.file, ''), problems: first }
  }
  return new Walk(options.file, options.env, lines, (node) => (isAlias(node) ? node.resolve(document) : node)).read(
    document.contents,
  )
}

function unreadable(file: string, message: string): YamlDocument {
  const problem: ConfigurationProblem = { file, line: 0, column: 0, key: '', message }
  return {
    value: {},
    problems: [problem],
    isBroken: true,
    problem: (path, text) => ({ ...problem, key: path.join('.'), message: text }),
    isRefused: () => true,
  }
}

interface Place {
  readonly key: number | undefined
  readonly value: number
}

class Walk {
  private readonly places = new Map<string, Place>()
  private readonly refused = new Set<string>()
  private readonly problems: ConfigurationProblem[] = []
  private readonly file: string
  private readonly env: Readonly<Record<string, string | undefined>>
  private readonly lines: LineCounter
  private readonly resolve: (node: unknown) => unknown
  private values = 0
  private isTooLarge = false

  constructor(
    file: string,
    env: Readonly<Record<string, string | undefined>>,
    lines: LineCounter,
    resolve: (node: unknown) => unknown,
  ) {
    this.file = file
    this.env = env
    this.lines = lines
    this.resolve = resolve
  }

  read(root: unknown): YamlDocument {
    const value = this.visit(root, [], undefined, 0)
    return {
      value,
      problems: this.problems,
      isBroken: this.isTooLarge,
      problem: (path, message, at) => this.problemAt(path, message, at ?? 'value'),
      isRefused: (path) => path.some((_, index) => this.refused.has(keyOf(path.slice(0, index + 1)))),
    }
  }

  private visit(node: unknown, path: Path, key: number | undefined, start: number): Raw {
    const target = this.resolve(node)
    this.values += 1
    this.places.set(keyOf(path), { key, value: startOf(node) ?? startOf(target) ?? start })
    if (this.isTooLarge) return null
    if (this.values > maxValues || path.length > maxDepth) {
      this.isTooLarge = true
      return this.refuse(path, 'too many or too deeply nested values; a configuration is never this large')
    }
    if (target === undefined) return this.refuse(path, 'this alias (*name) has no anchor (&name) before it')
    if (isMap(target)) return this.visitMap(target.items, path, start)
    if (isSeq(target)) return target.items.map((item, index) => this.visit(item, [...path, index], undefined, start))
    return this.scalar(isScalar(target) ? target.value : null, path)
  }

  private visitMap(
    items: readonly { readonly key: unknown; readonly value: unknown }[],
    path: Path,
    start: number,
  ): Raw {
    const map: Record<string, Raw> = Object.create(null)
    for (const item of items) {
      const position = startOf(item.key) ?? start
      const name = isScalar(item.key) ? String(item.key.value) : undefined
      if (name === undefined) this.sayAt(position, path, 'a key has to be a plain word')
      else map[name] = this.visit(item.value, [...path, name], position, position)
    }
    return map
  }

  private scalar(value: unknown, path: Path): Raw {
    if (typeof value === 'string') return this.substitute(value, path)
    if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value
    return this.refuse(path, 'this kind of value is not allowed here')
  }

  // `${NAME}` is the variable, `$${` a literal `${`.
  private substitute(text: string, path: Path): string {
    return text.replace(/\$\$\{|\$\{([^}]*)(\}?)/g, (whole, name: string | undefined, end: string | undefined) => {
      if (whole === '$${') return '${'
      if (name === undefined || end !== '}' || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
        this.refuse(path, 'a variable is written ${NAME}, with letters, digits and _; a literal ${ is written $${')
        return ''
      }
      const value = this.env[name]
      if (value === undefined) this.refuse(path, `the environment variable ${name} is not set`)
      return value ?? ''
    })
  }

  private refuse(path: Path, message: string): null {
    if (!this.refused.has(keyOf(path))) this.problems.push(this.problemAt(path, message, 'value'))
    this.refused.add(keyOf(path))
    return null
  }

  private sayAt(position: number, path: Path, message: string): void {
    const { line, col } = this.lines.linePos(position)
    this.problems.push({ file: this.file, line, column: col, key: path.join('.'), message })
  }

  private problemAt(path: Path, message: string, at: 'key' | 'value'): ConfigurationProblem {
    for (let length = path.length; length >= 0; length -= 1) {
      const place = this.places.get(keyOf(path.slice(0, length)))
      if (place === undefined) continue
      const position = length < path.length || at === 'key' ? (place.key ?? place.value) : place.value
      const { line, col } = this.lines.linePos(position)
      return { file: this.file, line, column: col, key: path.join('.'), message }
    }
    return { file: this.file, line: 1, column: 1, key: path.join('.'), message }
  }
}

function keyOf(path: Path): string {
  return JSON.stringify(path)
}

function startOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) return undefined
  const start: unknown = node.range[0]
  return typeof start === 'number' ? start : undefined
}

const yamlSentences: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'a tab is used for indentation; YAML allows spaces only',
  BAD_INDENT: 'the indentation is wrong, or a bracket is not closed; keys of one block start in one column',
  DUPLICATE_KEY: 'this key is there twice in the same block; remove one',
  MULTIPLE_DOCS: 'the file holds several documents (a line ---); one is allowed',
  BLOCK_AS_IMPLICIT_KEY: 'two `key: value` on one line; put the second on a line of its own, or the value in quotes',
  BAD_SCALAR_START: 'a value cannot begin with this character; put the value in quotes',
  BAD_DQ_ESCAPE: "an unknown escape in double quotes; use single quotes ('…') or write \\\\ for a backslash",
  MISSING_CHAR: 'something is missing here: a closing quote, a comma, a colon, or the space after a colon',
  TAG_RESOLVE_FAILED: 'tags such as !secret mean nothing here; a secret comes from ${NAME} or from a …File key',
  BAD_ALIAS: 'an alias (*name) cannot stand here; put the value in quotes if the * is meant literally',
}

function sentenceOfYaml(code: string, text: string, position: number): string {
  const start = text.lastIndexOf('\n', position - 1) + 1
  const end = text.indexOf('\n', position)
  const line = text.slice(start, end === -1 ? text.length : end)
  if (/[{[].*[^'"$]\$\{/.test(line)) return "inside { … } or [ … ] a variable has to be quoted: '${NAME}'"
  return yamlSentences[code] ?? 'this is not valid YAML; check quotes, brackets and indentation around here'
}
