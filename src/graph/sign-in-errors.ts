// The sentence for a refused sign-in.
import { oauthErrors, signInErrors } from './error-codes.ts'

/** The sentence for a refusal. `message` is the service's own text, of which only the AADSTS code is used; it may name people. */
export function describeSignInError(message: string, errorCode: string): string {
  const code = /\bAADSTS(\d{4,8})\b/.exec(message)?.[1]
  const word = errorCode.replace(/[^a-z0-9_]/g, '').slice(0, 60)
  const name = code === undefined ? word : `AADSTS${code}`
  const meaning = (code === undefined ? undefined : signInErrors.get(code)) ?? oauthErrors.get(word)
  if (meaning !== undefined) return `the sign-in is refused: ${meaning} (${name})`
  return `the sign-in is refused (${name}); check \`tenant\`, \`clientId\` and what the application is allowed in Entra`
}
