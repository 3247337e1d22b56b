// `graphdav token`: a new feed token.
import { randomToken } from '../../base/hash.ts'
import type { Command } from '../command.ts'

/** 192 random bits in the letters a feed URL may have. */
export const token: Command = {
  name: 'token',
  summary: 'print a new token for a feed',
  run: ({ context }) => {
    context.stdout.write(`${randomToken(24)}\n`)
    return Promise.resolve(0)
  },
}
