// A process that serves until it is killed: started by write-kill.long.ts. Argument: the configuration file. Says its URL.
import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { openBridge } from '../../src/bridge/compose.ts'
import { loadConfiguration } from '../../src/config/load.ts'

const [file = ''] = process.argv.slice(2)
const bridge = await openBridge(loadConfiguration(file, { env: {} }), {
  clock: systemClock,
  log: silentLog,
  version: '0',
})
process.stdout.write(`${await bridge.serve()}\n`)
