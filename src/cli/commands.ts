// The command table, in the order of the help.
import type { Command } from './command.ts'
import { check } from './commands/check.ts'
import { laterCommands } from './commands/later.ts'
import { password } from './commands/password.ts'
import { simulate } from './commands/simulate.ts'
import { token } from './commands/token.ts'

/** Every command that can be typed. Those of later versions are answered with "not yet" and not listed. */
export const commands: readonly Command[] = [check, simulate, password, token, ...laterCommands]
