// `graphdav token`: a new feed token.
import { randomToken } from '../../base/hash.ts'
import type { Run } from '../command.ts'

export const run: Run = async ({ context }) => {
  context.stdout.write(`${randomToken(24)}\n`)
  return 0
}
