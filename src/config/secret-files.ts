// `passwordFile`, `clientSecretFile`, `tokenFile`: the value of the key without `File` is read from a file, as Docker and
// systemd hand secrets over. The files of `server.tls` are tried too. Paths count from the folder of the configuration.
import { dirname, resolve } from 'node:path'
import type { ConfigurationProblem } from '../base/errors.ts'
import type { Path, Raw, YamlDocument } from './document.ts'
import { isMap, textAt } from './raw.ts'

const fileKeys: Readonly<Record<string, string>> = {
  passwordFile: 'password',
  clientSecretFile: 'clientSecret',
  tokenFile: 'token',
}

const maxCharacters = 65_536

/** The configuration with the values of its `…File` keys filled in; a file that cannot be read is a problem. */
export function readSecretFiles(
  document: YamlDocument,
  options: { readonly file: string; readonly readFile: (path: string) => string },
): { readonly value: Raw; readonly problems: readonly ConfigurationProblem[] } {
  const problems: ConfigurationProblem[] = []
  const visit = (value: Raw, path: Path): Raw => {
    if (Array.isArray(value)) return value.map((item: Raw, index) => visit(item, [...path, index]))
    if (!isMap(value)) return value
    const copy: Record<string, Raw> = Object.create(null)
    for (const [key, item] of Object.entries(value)) {
      copy[key] = visit(item, [...path, key])
      const target = Object.hasOwn(fileKeys, key) ? fileKeys[key] : undefined
      if (target === undefined || typeof item !== 'string' || item === '') continue
      if (Object.hasOwn(value, target)) {
        problems.push(document.problem([...path, key], `${target} and ${key} are both there; keep one`, 'key'))
        continue
      }
      const read = readSecret(resolve(dirname(options.file), item), options.readFile)
      if (read.problem === undefined) copy[target] = read.secret
      else problems.push(document.problem([...path, key], read.problem))
    }
    return copy
  }
  const value = visit(document.value, [])
  for (const key of ['cert', 'key']) {
    const path = ['server', 'tls', key]
    const name = textAt(document.value, path)
    const problem =
      name === undefined ? undefined : readSecret(resolve(dirname(options.file), name), options.readFile).problem
    if (problem !== undefined) problems.push(document.problem(path, problem))
  }
  return { value, problems }
}

type Secret = { readonly problem: undefined; readonly secret: string } | { readonly problem: string }

function readSecret(path: string, readFile: (path: string) => string): Secret {
  let text: string
  try {
    text = readFile(path)
  } catch (error) {
    return { problem: `the file ${path} cannot be read: ${reasonOf(error)}` }
  }
  if (text.length > maxCharacters) return { problem: `the file ${path} is too large for a secret` }
  const secret = text.replace(/^\uFEFF/, '').replace(/\s+$/, '')
  return secret === '' ? { problem: `the file ${path} is empty` } : { problem: undefined, secret }
}

/** Why a file cannot be read, for a person. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOENT') return 'it does not exist'
  if (code === 'EACCES' || code === 'EPERM') return 'no permission'
  if (code === 'EISDIR') return 'it is a folder'
  return code === '' ? 'reading failed' : code
}
