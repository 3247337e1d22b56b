// A process that uses a kept sign-in: started by token-processes.long.ts. Arguments: data folder, sign-in service, its certificate
// authority, how many tokens it wants. Says `token` for each, `failed SENTENCE` when there is none.
import { systemClock } from '../../src/base/clock.ts'
import { sentenceOf } from '../../src/base/errors.ts'
import { silentLog } from '../../src/base/log.ts'
import { delegatedTokenSource } from '../../src/graph/delegated-sign-in.ts'
import { TokenFile } from '../../src/store/token-file.ts'
import { clientId, scopes } from '../sign-in/rig.ts'

const [folder = '', authority = '', caFile = '', count = '1'] = process.argv.slice(2)
const tokens = delegatedTokenSource(
  { authority, clientId, clientSecret: undefined, scopes, caFile, how: 'again' },
  new TokenFile({ folder, account: 'home', secret: 'of all processes' }),
  { clock: systemClock, log: silentLog },
)
const say = (line: string): void => void process.stdout.write(`${line}\n`)
for (let index = 0; index < Number(count); index += 1) {
  await tokens.token().then(
    () => say('token'),
    (error: unknown) => say(`failed ${sentenceOf(error)}`),
  )
}
