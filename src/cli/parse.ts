// The command line → a command and its options, or a help text, or what is wrong with it. The home of commander.
import { Command as Program, CommanderError, Option } from 'commander'
import { GraphdavError } from '../base/errors.ts'
import type { LogLevel } from '../base/log.ts'
import type { Command } from './command.ts'

/** What the command line asks for. */
export type Request =
  | {
      readonly kind: 'command'
      readonly command: Command
      readonly args: readonly string[]
      readonly options: Readonly<Record<string, string | boolean | undefined>>
      readonly config: string | undefined
      readonly logLevel: LogLevel | undefined
    }
  /** `--help` and `--version`. */
  | { readonly kind: 'text'; readonly text: string }

const logLevels: readonly LogLevel[] = ['error', 'warn', 'info', 'debug', 'silent']

/** Reads the arguments (without node and script). Throws a `GraphdavError` with code `usage` when they are wrong. */
export function parseCommandLine(argv: readonly string[], commands: readonly Command[], version: string): Request {
  let text = ''
  let request: Request | undefined
  const program = new Program('graphdav')
    .description('Outlook and Microsoft 365 calendars as CalDAV and ICS feeds.')
    .version(version, '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .helpCommand(false)
    .option('--config <file>', 'the configuration (default: $GRAPHDAV_CONFIG, else config/graphdav.yaml)')
    .addOption(new Option('--log-level <level>', 'how much is logged').choices(logLevels))
    .configureHelp({ showGlobalOptions: true })
  for (const command of commands) {
    const usage = [command.name, command.args ?? ''].join(' ').trim()
    const sub = program.command(usage).description(command.summary)
    for (const { flags, description } of command.options ?? []) sub.option(flags, description)
    sub.action(() => {
      const { config, logLevel } = program.opts<{ config?: string; logLevel?: LogLevel }>()
      request = { kind: 'command', command, args: sub.args, options: sub.opts(), config, logLevel }
    })
  }
  for (const each of [program, ...program.commands]) {
    each
      .exitOverride()
      .helpOption('--help', 'print this help')
      .configureOutput({
        writeOut: (part) => (text += part),
        writeErr: () => undefined,
      })
  }
  try {
    program.parse([...argv], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return { kind: 'text', text }
    throw usageError(error.code === 'commander.help' ? 'a command is missing' : error.message)
  }
  if (request === undefined) throw usageError('a command is missing')
  return request
}

/** The command line is wrong: exit code 2, and where to read on. */
export function usageError(message: string): GraphdavError {
  const sentence = message
    .replace(/^error: /, '')
    .replaceAll('\n', ' ')
    .replace(/\.$/, '')
  return new GraphdavError('usage', `${sentence}; \`graphdav --help\` shows what there is`)
}
