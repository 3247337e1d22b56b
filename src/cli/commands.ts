// The command table, in the order of the help.
import type { Command } from './command.ts'
import { check } from './commands/check.ts'
import { demo } from './commands/demo.ts'
import { exportCommand } from './commands/export.ts'
import { laterCommands } from './commands/later.ts'
import { password } from './commands/password.ts'
import { serve } from './commands/serve.ts'
import { simulate } from './commands/simulate.ts'
import { status } from './commands/status.ts'
import { sync } from './commands/sync.ts'
import { token } from './commands/token.ts'

/** Every command that can be typed. Those of later versions are answered with "not yet" and not listed. */
export const commands: readonly Command[] = [
  serve,
  check,
  sync,
  status,
  exportCommand,
  simulate,
  demo,
  password,
  token,
  ...laterCommands,
]
