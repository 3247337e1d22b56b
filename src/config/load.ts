// The configuration file → a typed configuration, or every problem at once, each with its line.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { ConfigurationError, type ConfigurationProblem } from '../base/errors.ts'
import { assemble } from './assemble.ts'
import type { Configuration } from './configuration.ts'
import { checkTogether } from './cross-checks.ts'
import { parseYaml, type Raw } from './document.ts'
import { checkAvailable } from './not-yet.ts'
import { isMap } from './raw.ts'
import { checkShape } from './schema.ts'
import { readSecretFiles, reasonOf } from './secret-files.ts'

/** Where the configuration comes from besides its file; for tests. */
export interface LoadOptions {
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Reads a file as UTF-8 text; throws as node:fs does. */
  readonly readFile?: (path: string) => string
}

/**
 * Reads and checks a configuration file. Throws `ConfigurationError` with everything that is wrong, in the order of the
 * file. No message holds a value of the file.
 */
export function loadConfiguration(file: string, options: LoadOptions = {}): Configuration {
  const path = resolve(file)
  const readFile = options.readFile ?? ((name) => readFileSync(name, 'utf8'))
  const env = options.env ?? process.env
  const document = parseYaml(read(path, readFile), { file, env })
  if (document.isBroken) throw new ConfigurationError(document.problems)
  const secrets = readSecretFiles(document, { file: path, readFile })
  const value = withoutEmptyBlocks(secrets.value)
  const shape = checkShape(value, document)
  const problems = [
    ...document.problems,
    ...secrets.problems,
    ...shape.problems,
    ...checkTogether(value, document),
    ...checkAvailable(value, document),
  ]
  if (problems.length > 0 || shape.value === undefined) throw new ConfigurationError(inOrder(problems))
  const secret = env['GRAPHDAV_SECRET'] === '' ? undefined : env['GRAPHDAV_SECRET']
  return assemble(shape.value, document, { file: path, secret })
}

function read(path: string, readFile: (path: string) => string): string {
  try {
    return readFile(path)
  } catch (error) {
    const message = `the configuration cannot be read: ${reasonOf(error)}; name it with --config FILE or $GRAPHDAV_CONFIG`
    throw new ConfigurationError([{ file: path, line: 0, column: 0, key: '', message }])
  }
}

// `feeds:` with nothing behind it, everything below commented out, is as if it were not there; an empty file too.
function withoutEmptyBlocks(value: Raw): Raw {
  if (value === null) return {}
  if (!isMap(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([, block]) => block !== null))
}

// One sentence per place: the first check that complained about a key says it.
function inOrder(problems: readonly ConfigurationProblem[]): readonly ConfigurationProblem[] {
  const place = (problem: ConfigurationProblem): string => `${problem.line}:${problem.column}:${problem.key}`
  const seen = new Set<string>()
  return problems
    .filter((problem) => !seen.has(place(problem)) && seen.add(place(problem)))
    .toSorted((a, b) => a.line - b.line || a.column - b.column)
}
