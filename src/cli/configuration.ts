// The configuration of a command, and the log that follows from it and from the command line.
import { createLog, type Log } from '../base/log.ts'
import type { Configuration } from '../config/configuration.ts'
import { loadConfiguration } from '../config/load.ts'
import type { Invocation } from './command.ts'

/** Reads the configuration; throws `ConfigurationError` with everything that is wrong. */
export function configurationOf({ configFile, context }: Invocation): Configuration {
  return loadConfiguration(configFile, { env: context.env })
}

/** The log on standard error: pretty on a terminal, else json, unless the configuration says otherwise. */
export function logOf({ context, logLevel }: Invocation, { log }: Configuration): Log {
  const isTerminal = 'isTTY' in context.stderr && context.stderr.isTTY === true
  const format = log.format ?? (isTerminal ? 'pretty' : 'json')
  return createLog({ level: logLevel ?? log.level, format, destination: context.stderr })
}

/** The log of a command that shows its own progress: silent unless a level was asked for. */
export function quietLogOf(invocation: Invocation): Log {
  const { context, logLevel = 'silent' } = invocation
  return createLog({ level: logLevel, format: 'pretty', destination: context.stderr })
}
