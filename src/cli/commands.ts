// The command table, in the order of the help. A command's file is loaded when it is run: the help and the small commands
// need not wait for the server's packages.
import type { Command } from './command.ts'

/** Every command that can be typed. */
export const commands: readonly Command[] = [
  {
    name: 'serve',
    summary: 'poll and serve until it is stopped',
    load: () => import('./commands/serve.ts'),
  },
  {
    name: 'check',
    summary: 'say what is wrong with the configuration, and try each account and calendar',
    load: () => import('./commands/check.ts'),
  },
  {
    name: 'login',
    args: '<account>',
    summary: 'sign in for an account, with a code that is entered on another device',
    load: () => import('./commands/login.ts'),
  },
  {
    name: 'calendars',
    args: '<account>',
    summary: 'list the calendars an account can reach, as YAML to paste',
    options: [{ flags: '--json', description: 'for scripts' }],
    load: () => import('./commands/calendars.ts'),
  },
  {
    name: 'sync',
    args: '[calendar...]',
    summary: 'bring calendars in step with Outlook now (default: all)',
    options: [
      { flags: '--full', description: 'forget where the last round ended and read everything again' },
      { flags: '--accept', description: 'let the removals pass that are held back' },
    ],
    load: () => import('./commands/sync.ts'),
  },
  {
    name: 'status',
    summary: 'show how each calendar and account is',
    options: [{ flags: '--json', description: 'for scripts' }],
    load: () => import('./commands/status.ts'),
  },
  {
    name: 'export',
    args: '<calendar>',
    summary: 'print a calendar as one iCalendar file',
    options: [{ flags: '-o, --output <file>', description: 'write it there instead' }],
    load: () => import('./commands/export.ts'),
  },
  {
    name: 'explain',
    args: '<calendar> <text...>',
    summary: 'show one event from Outlook to each feed, and which rule hid or changed it',
    options: [{ flags: '--json', description: 'for scripts' }],
    load: () => import('./commands/explain.ts'),
  },
  {
    name: 'backup',
    args: '<file>',
    summary: 'write the data folder into one archive, also while the server runs',
    load: () => import('./commands/backup.ts'),
  },
  {
    name: 'restore',
    args: '<file>',
    summary: 'put an archive back into the data folder; the server must not run',
    options: [{ flags: '--yes', description: 'also where there are data: they are put aside' }],
    load: () => import('./commands/restore.ts'),
  },
  {
    name: 'password',
    summary: 'ask for a password (or read standard input) and print its hash for the configuration',
    load: () => import('./commands/password.ts'),
  },
  {
    name: 'token',
    summary: 'print a new token for a feed',
    load: () => import('./commands/token.ts'),
  },
  {
    name: 'demo',
    summary: 'a simulated mailbox and the bridge on it: nothing to set up',
    options: [{ flags: '--port <port>', description: 'where it listens on loopback (default: 8800)' }],
    load: () => import('./commands/demo.ts'),
  },
  {
    name: 'simulate',
    summary: 'run a simulated Microsoft 365 tenant',
    options: [
      { flags: '--port <port>', description: 'where it listens on loopback; 0: any free port (default: 9100)' },
      { flags: '--seed <seed>', description: 'equal seeds make equal tenants (default: 1)' },
      {
        flags: '--events <count>',
        description: 'generated events in the default calendar (default: the sample tenant)',
      },
    ],
    load: () => import('./commands/simulate.ts'),
  },
]
