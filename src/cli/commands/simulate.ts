// `graphdav simulate`: the simulated tenant alone, until it is stopped.
import { startSimulator } from '../../simulator/simulator.ts'
import type { Run } from '../command.ts'
import { numberOption } from '../numbers.ts'
import { untilStopped } from '../until-stopped.ts'

export const run: Run = async (invocation) => {
  const { env, signal, stdout, stderr } = invocation.context
  const events = numberOption(invocation, 'events', { min: 0, max: 100_000, fallback: undefined })
  const schemaFile = env['GRAPH_SCHEMA'] ?? ''
  const simulator = await startSimulator({
    port: numberOption(invocation, 'port', { min: 0, max: 65_535, fallback: 9100 }),
    seed: numberOption(invocation, 'seed', { min: 0, max: 999_999_999, fallback: 1 }),
    ...(events === undefined ? {} : { events }),
    ...(schemaFile === '' ? {} : { schemaFile }),
  })
  stdout.write(`A simulated Microsoft 365 tenant runs until Ctrl-C.

graphUrl  ${simulator.url}
token     ${simulator.token}
control   ${simulator.url}/control
`)
  await untilStopped(signal)
  await simulator.stop()
  for (const violation of simulator.violations) stderr.write(`graphdav: ${violation.split('\n')[0] ?? ''}\n`)
  return simulator.violations.length === 0 ? 0 : 1
}
