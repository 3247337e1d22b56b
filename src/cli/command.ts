// What a command of the program is: its line in the help, its options, and what it does.
import type { Clock } from '../base/clock.ts'
import type { LogLevel } from '../base/log.ts'

/** The world around the program; a test hands in its own. */
export interface Context {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WritableStream
  readonly stderr: NodeJS.WritableStream
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  /** Aborted when the person or the service manager wants the program to end (SIGINT, SIGTERM). */
  readonly signal: AbortSignal
  /** Calls back at each SIGHUP. */
  onHangup(callback: () => void): void
}

/** A command with what was written behind it. */
export interface Invocation {
  readonly context: Context
  readonly args: readonly string[]
  readonly options: Readonly<Record<string, string | boolean | undefined>>
  /** Path of the configuration file: `--config`, else $GRAPHDAV_CONFIG, else `config/graphdav.yaml`. */
  readonly configFile: string
  /** `--log-level`; undefined: what the configuration says. */
  readonly logLevel: LogLevel | undefined
}

/** 0 done; 1 it failed while running; 2 the command line or the configuration is wrong. */
export type ExitCode = 0 | 1 | 2

export interface Command {
  readonly name: string
  /** As the help shows them: `<calendar>` needed, `[calendar...]` any number. */
  readonly args?: string
  /** One line of the help. */
  readonly summary: string
  readonly options?: readonly { readonly flags: string; readonly description: string }[]
  /** Its file below `commands/`. */
  readonly load: () => Promise<{ readonly run: Run }>
}

/** Carries a command out. What goes wrong is thrown; what is thrown is one sentence for a person. */
export type Run = (invocation: Invocation) => Promise<ExitCode>
