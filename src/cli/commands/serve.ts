// `graphdav serve`: polls and serves until it is told to stop; reads the configuration again at SIGHUP.
import type { Bridge } from '../../bridge/bridge.ts'
import { openBridge } from '../../bridge/compose.ts'
import { certificateOf, certificateProblem } from '../../bridge/listening.ts'
import { ConfigurationError, describeProblem, sentenceOf } from '../../base/errors.ts'
import type { Configuration } from '../../config/configuration.ts'
import type { Invocation, Run } from '../command.ts'
import { configurationOf, logOf } from '../configuration.ts'
import { serviceManagerOf } from '../service-manager.ts'
import { untilStopped } from '../until-stopped.ts'
import { version } from '../version.ts'

export const run: Run = async (invocation) => {
  const { context } = invocation
  let current = await start(configurationOf(invocation), invocation)
  const manager = serviceManagerOf({ env: context.env, clock: context.clock, log: current.log })
  manager.ready()
  let turn: Promise<void> = Promise.resolve()
  const ended = new AbortController()
  const watch = ({ bridge }: Running): void =>
    bridge.failed.addEventListener('abort', () => ended.abort(bridge.failed.reason), { once: true })
  const again = async (before: Promise<void>): Promise<void> => {
    await before
    try {
      current = await restart(invocation, current)
      watch(current)
    } catch (error) {
      ended.abort(error)
    }
  }
  context.onHangup(() => {
    turn = again(turn)
  })
  watch(current)
  await untilStopped(AbortSignal.any([context.signal, ended.signal]))
  await turn
  current.log.info('stopping')
  await Promise.all([manager.stopping(), current.bridge.close()])
  if (ended.signal.aborted) throw ended.signal.reason
  return 0
}

interface Running {
  readonly configuration: Configuration
  readonly bridge: Bridge
  readonly log: ReturnType<typeof logOf>
}

async function start(configuration: Configuration, invocation: Invocation): Promise<Running> {
  const log = logOf(invocation, configuration)
  for (const warning of configuration.warnings) log.warn('configuration', { problem: describeProblem(warning) })
  const certificate = certificateProblem(configuration.server, invocation.context.clock.now())
  if (certificate !== undefined)
    log[certificate.hasEnded ? 'error' : 'warn']('certificate', { problem: certificate.sentence })
  const bridge = await openBridge(configuration, { clock: invocation.context.clock, log, version: version() })
  try {
    await bridge.serve()
  } catch (error) {
    await bridge.close()
    throw error
  }
  return { configuration, bridge, log }
}

// A wrong configuration changes nothing; a right one takes over in one step: the old server closes, the new one opens. Where
// that cannot be (its port is taken), the old one opens again.
async function restart(invocation: Invocation, current: Running): Promise<Running> {
  const { configuration, bridge, log } = current
  let wanted: Configuration
  try {
    wanted = configurationOf(invocation)
    certificateOf(wanted.server)
  } catch (error) {
    const problems = error instanceof ConfigurationError ? error.problems.length : 1
    log.error('configuration is wrong; the old one stays', { problems, reason: sentenceOf(error) })
    return current
  }
  log.info('configuration read again')
  await bridge.close()
  try {
    return await start(wanted, invocation)
  } catch (error) {
    log.error('configuration cannot be served; the old one is back', { reason: sentenceOf(error) })
    return start(configuration, invocation)
  }
}
