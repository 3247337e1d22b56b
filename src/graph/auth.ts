// Where the bearer token of a request comes from.
import { readFile, stat } from 'node:fs/promises'
import { GraphdavError } from '../base/errors.ts'

/** Gives access tokens of one account. Tokens are sent to the configured Graph host only, and never logged. */
export interface TokenSource {
  /** The token to use now. Throws a `GraphdavError` with code `sign-in` when there is none. */
  token(): Promise<string>
  /** Called after Graph refused a token: gives another one where that is possible, else the same again. */
  refresh(refused: string): Promise<string>
  /** Short names of what the last token may do, as the sign-in service said it; absent or undefined: it did not say. */
  granted?(): readonly string[] | undefined
}

/** A token that somebody else keeps fresh: a fixed value, or a file that is read again whenever it changes. */
export function accessTokenSource(source: { readonly token: string } | { readonly file: string }): TokenSource {
  if ('token' in source) {
    const token = checked(source.token)
    return { token: () => Promise.resolve(token), refresh: () => Promise.resolve(token) }
  }
  const { file } = source
  let known: { readonly version: string; readonly token: string } | undefined
  const read = async (): Promise<string> => {
    try {
      const { mtimeMs, size, ino } = await stat(file)
      const version = `${mtimeMs} ${size} ${ino}`
      if (known?.version !== version) known = { version, token: checked(await readFile(file, 'utf8')) }
      return known.token
    } catch (cause) {
      if (cause instanceof GraphdavError) throw cause
      throw new GraphdavError('sign-in', `the access token file ${file} cannot be read`, { cause })
    }
  }
  return {
    token: read,
    refresh: () => {
      known = undefined
      return read()
    },
  }
}

function checked(text: string): string {
  const token = text.trim()
  if (/^[\x21-\x7e]+$/.test(token)) return token
  throw new GraphdavError('sign-in', 'the access token is empty or holds characters that no token has')
}
