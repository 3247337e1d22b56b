// One run of the program: command line in, exit code out. The only place where an error becomes a sentence on the screen.
import { ConfigurationError, codeOf, GraphdavError, sentenceOf } from '../base/errors.ts'
import type { Context, ExitCode } from './command.ts'
import { commands } from './commands.ts'
import { parseCommandLine } from './parse.ts'
import { version } from './version.ts'

/** Runs a command line to its end; never throws. */
export async function run(argv: readonly string[], context: Context): Promise<ExitCode> {
  let isDebug = false
  try {
    const request = parseCommandLine(argv, commands, version())
    if (request.kind === 'text') {
      context.stdout.write(request.text)
      return 0
    }
    isDebug = request.logLevel === 'debug'
    const { command, args, options, logLevel } = request
    const configFile = request.config ?? nonEmpty(context.env['GRAPHDAV_CONFIG']) ?? 'config/graphdav.yaml'
    const { run: carryOut } = await command.load()
    return await carryOut({ context, args, options, configFile, logLevel })
  } catch (error) {
    report(error, context, isDebug)
    return error instanceof ConfigurationError || isUsage(error) ? 2 : 1
  }
}

function report(error: unknown, { stderr, signal }: Context, isDebug: boolean): void {
  // The person pressed Ctrl-C: nothing went wrong.
  if (signal.aborted && !(error instanceof GraphdavError)) return
  if (error instanceof ConfigurationError) {
    const count = error.problems.length
    stderr.write(
      `${error.message}\ngraphdav: the configuration has ${count === 1 ? 'one problem' : `${count} problems`}.\n`,
    )
  } else {
    const hint = codeOf(error) === 'internal' ? ' (a bug in graphdav; --log-level debug shows where)' : ''
    stderr.write(`graphdav: ${sentenceOf(error)}${hint}\n`)
  }
  if (isDebug && error instanceof Error) stderr.write(`${stackOf(error)}\n`)
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : ''
  return `${error.stack ?? error.message}${cause}`
}

function isUsage(error: unknown): boolean {
  return codeOf(error) === 'usage' || codeOf(error) === 'configuration'
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}
