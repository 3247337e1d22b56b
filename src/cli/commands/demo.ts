// `graphdav demo`: a simulated tenant with lively sample calendars and the bridge on it, on loopback, until Ctrl-C. Needs no
// account, no configuration, no network; leaves nothing behind.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Bridge } from '../../bridge/bridge.ts'
import { openBridge } from '../../bridge/compose.ts'
import { operations, type SyncProgress } from '../../bridge/operations.ts'
import type { Configuration } from '../../config/configuration.ts'
import { loadConfiguration } from '../../config/load.ts'
import { startLiving } from '../../simulator/living.ts'
import { startSimulator, type Simulator } from '../../simulator/simulator.ts'
import type { Context, Invocation, Run } from '../command.ts'
import { quietLogOf } from '../configuration.ts'
import { createNews, type News } from '../demo-news.ts'
import { printWelcome } from '../demo-welcome.ts'
import { numberOption } from '../numbers.ts'
import { createProgress } from '../progress.ts'
import { createSyncView } from '../sync-view.ts'
import { untilStopped } from '../until-stopped.ts'
import { version } from '../version.ts'

const configFile = fileURLToPath(new URL('../../../config/demo.yaml', import.meta.url))
const changeEveryMs = 30_000

export const run: Run = async (invocation) => {
  const { context } = invocation
  const port = numberOption(invocation, 'port', { min: 0, max: 65_535, fallback: 8800 })
  const simulator = await startSimulator()
  try {
    await showOn(simulator, port, invocation)
  } finally {
    await simulator.stop()
  }
  context.stdout.write('\nThe demo has ended and has left nothing behind.\n')
  return 0
}

async function showOn(simulator: Simulator, port: number, invocation: Invocation): Promise<void> {
  const { context } = invocation
  const news = createNews(context.clock, (line) => context.stdout.write(`${line}\n`))
  const data = await mkdtemp(join(tmpdir(), 'graphdav-demo-'))
  try {
    const configuration = demoConfiguration({ port, data, simulator })
    const log = news.listenTo(quietLogOf(invocation))
    const bridge = await openBridge(configuration, { clock: context.clock, log, version: version() })
    try {
      await showAround({ bridge, configuration, simulator, news, context })
    } finally {
      await bridge.close()
    }
  } catch (error) {
    // Ctrl-C while it was still getting ready.
    if (!context.signal.aborted) throw error
  } finally {
    await rm(data, { recursive: true, force: true })
  }
}

function demoConfiguration(world: {
  readonly port: number
  readonly data: string
  readonly simulator: Simulator
}): Configuration {
  return loadConfiguration(configFile, {
    env: {
      DEMO_PORT: String(world.port),
      DEMO_DATA: world.data,
      DEMO_GRAPH_URL: world.simulator.url,
      DEMO_GRAPH_TOKEN: world.simulator.token,
    },
  })
}

interface Stage {
  readonly bridge: Bridge
  readonly configuration: Configuration
  readonly simulator: Simulator
  readonly news: News
  readonly context: Context
}

async function showAround({ bridge, configuration, simulator, news, context }: Stage): Promise<void> {
  const { clock, stdout, stderr, signal } = context
  stdout.write('A simulated Microsoft 365 mailbox, and graphdav reading it:\n\n')
  await firstRounds(bridge, createProgress(stderr, clock), context)
  const url = await bridge.serve()
  stdout.write(printWelcome(url, configuration))
  const living = startLiving(simulator, { everyMs: changeEveryMs, onChange: news.happened })
  news.begin()
  await untilStopped(signal)
  await living.stop()
}

async function firstRounds(
  bridge: Bridge,
  progress: ReturnType<typeof createProgress>,
  context: Context,
): Promise<void> {
  const view = createSyncView({ progress, say: (line) => context.stdout.write(`  ${line}\n`) })
  const { sync } = operations(bridge)
  try {
    await sync?.({}, (news) => view.show(news as SyncProgress), context.signal)
  } finally {
    view.end()
  }
}
