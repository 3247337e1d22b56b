// The log: one line per thing that happened, a fixed message, facts as fields. The home of pino.
// Never tokens, passwords, feed tokens, cookies, titles, bodies or addresses; ids are fine.
import { createRequire } from 'node:module'
import { pino } from 'pino'
import type pretty from 'pino-pretty'

/** Facts beside a message: plain values only. */
export type Facts = Readonly<Record<string, unknown>>

/** What may be said to the log. error: a person must act. warn: it healed or was skipped. info: changes. debug: decisions. */
export interface Log {
  error(message: string, facts?: Facts): void
  warn(message: string, facts?: Facts): void
  info(message: string, facts?: Facts): void
  debug(message: string, facts?: Facts): void
  /** A log that adds these facts to every line. */
  child(facts: Facts): Log
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug' | 'silent'

/** A log on standard error (`destination` 2) or another stream; `pretty` for people, `json` for machines. */
export function createLog(options: {
  readonly level: LogLevel
  readonly format: 'pretty' | 'json'
  readonly destination?: NodeJS.WritableStream
}): Log {
  const destination = options.destination ?? process.stderr
  const settings = {
    level: options.level,
    base: null,
    redact: { paths: secretPaths, censor: '[hidden]' },
    formatters: { log: withoutControls },
  }
  const stream =
    options.format === 'pretty'
      ? prettyStream()({
          destination,
          colorize: isTerminal(destination),
          translateTime: 'SYS:HH:MM:ss',
          singleLine: true,
        })
      : destination
  return wrap(pino(settings, stream))
}

/** A log that says nothing. */
export const silentLog: Log = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  child: () => silentLog,
}

// A second wall: code does not log these, and if it ever does, the value does not come out.
const secretPaths = ['token', 'password', 'secret', 'authorization', 'cookie', 'link'].flatMap((name) => [
  name,
  `*.${name}`,
])

// A fact may be somebody's text: nothing in it begins a line, moves the cursor, or turns the direction of writing.
function withoutControls(facts: Facts): Record<string, unknown> {
  const shown = (fact: unknown): unknown =>
    typeof fact === 'string' ? fact.replaceAll(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu, '?') : fact
  return Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, shown(fact)]))
}

// A service never needs it.
function prettyStream(): typeof pretty {
  return createRequire(import.meta.url)('pino-pretty') as typeof pretty // the package's own export
}

function isTerminal(stream: NodeJS.WritableStream): boolean {
  return 'isTTY' in stream && stream.isTTY === true
}

function wrap(logger: pino.Logger): Log {
  return {
    error: (message, facts = {}) => logger.error(facts, message),
    warn: (message, facts = {}) => logger.warn(facts, message),
    info: (message, facts = {}) => logger.info(facts, message),
    debug: (message, facts = {}) => logger.debug(facts, message),
    child: (facts) => wrap(logger.child(facts)),
  }
}
