// A process that keeps one calendar in step until it is killed: started by sync-kill.long.ts. Arguments: data folder, Graph's
// URL, token. Says `page N` for each page, `round KIND` for each round.
import { silentLog } from '../../src/base/log.ts'
import { systemClock } from '../../src/base/clock.ts'
import { accessTokenSource } from '../../src/graph/auth.ts'
import { resolveCalendar } from '../../src/graph/calendars.ts'
import { GraphClient } from '../../src/graph/client.ts'
import { MailboxLanes } from '../../src/graph/lanes.ts'
import { FileStore } from '../../src/store/file.ts'
import { Clouds } from '../../src/sync/cloud.ts'
import { runRound } from '../../src/sync/round.ts'
import { halfYearBackTwoAhead, openRigMirror } from '../sync/rig.ts'

const [folder = '', url = '', token = ''] = process.argv.slice(2)
const clock = systemClock
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const store = await FileStore.open({ folder, clock })
const mirror = await openRigMirror(store, clock, silentLog)
const client = new GraphClient({
  graphUrl: `${url}/v1.0`,
  tokens: accessTokenSource({ token }),
  lanes: new MailboxLanes({ clock }),
  clock,
  log: silentLog,
})
const calendar = await resolveCalendar({ client }, 'me', 'default')
const cloud = new Clouds().of(client.host)
say('ready')
for (;;) {
  const { kind } = await runRound({
    client,
    calendar,
    mirror,
    cloud,
    clock,
    log: silentLog,
    mailboxZone: 'Europe/Berlin',
    track: 'window',
    window: halfYearBackTwoAhead,
    pageSize: 50,
    brake: { removals: 25, share: 0.2 },
    onProgress: ({ pages }) => {
      say(`page ${pages}`)
    },
  })
  say(`round ${kind}`)
}
