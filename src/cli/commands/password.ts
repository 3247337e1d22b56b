// `graphdav password`: asks for a password, or reads it from standard input, and prints its hash for the configuration.
import { GraphdavError } from '../../base/errors.ts'
import { hashPassword } from '../../server/password.ts'
import type { Context, Run } from '../command.ts'
import { askHidden } from '../ask-hidden.ts'

const maxCharacters = 1024

export const run: Run = async ({ context }) => {
  const typed = context.stdin.isTTY ? await askTwice(context) : await readLine(context.stdin)
  if (typed === '') throw new GraphdavError('usage', 'the password is empty; type one, or pipe it in')
  if (typed.length > maxCharacters)
    throw new GraphdavError('usage', `the password is longer than ${maxCharacters} characters`)
  context.stdout.write(`${await hashPassword(typed)}\n`)
  return 0
}

async function askTwice(context: Context): Promise<string> {
  const first = await askHidden('Password: ', context)
  const second = await askHidden('Again: ', context)
  if (first === second) return first
  throw new GraphdavError('usage', 'the two passwords differ; run the command again')
}

// The first line; a password with a line break in it could not be typed anywhere.
async function readLine(input: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  input.setEncoding('utf8')
  for await (const chunk of input) {
    text += String(chunk)
    if (text.includes('\n') || text.length > maxCharacters + 1) break
  }
  return text.split(/\r?\n/)[0] ?? ''
}
