// What systemd is told where the unit says `Type=notify`: ready, alive, stopping (sd_notify(3)). The message goes through the
// program `systemd-notify`, as Node.js has no datagram sockets of the local kind; the unit needs `NotifyAccess=all` for that.
import { execFile } from 'node:child_process'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'

export interface ServiceManager {
  /** The program serves. From now on it is told that it is alive, where the unit asks for that. */
  ready(): void
  /** The program ends, and is no longer told to be alive. */
  stopping(): Promise<void>
}

export interface ServiceManagerOptions {
  /** NOTIFY_SOCKET: somebody listens. WATCHDOG_USEC: how long silence is taken for death, in microseconds. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly log: Log
  /** Sends one message, as sd_notify(3) writes it; rejects when it cannot. */
  readonly send?: (message: string) => Promise<void>
}

/** Whoever has started the program; does nothing where nobody wants to be told. */
export function serviceManagerOf({ env, clock, log, send = systemdNotify }: ServiceManagerOptions): ServiceManager {
  if ((env['NOTIFY_SOCKET'] ?? '') === '') return { ready: () => undefined, stopping: () => Promise.resolve() }
  const done = new AbortController()
  let hasFailed = false
  const tell = async (message: string): Promise<void> => {
    try {
      await send(message)
      hasFailed = false
    } catch (error) {
      if (!hasFailed) log.warn('the service manager cannot be told', { reason: reasonOf(error) })
      hasFailed = true
    }
  }
  const stayAlive = async (everyMs: number): Promise<void> => {
    while (!done.signal.aborted) {
      await clock.sleep(everyMs, done.signal)
      await tell('WATCHDOG=1')
    }
  }
  return {
    ready: () => {
      void tell('READY=1')
      const silenceMs = Number(env['WATCHDOG_USEC'] ?? 0) / 1000
      // Three messages in the time that one has, because the machine may be busy just then.
      if (silenceMs >= 1) stayAlive(Math.max(1, silenceMs / 3)).catch(() => undefined)
    },
    stopping: () => {
      done.abort(new Error('stopping'))
      return tell('STOPPING=1')
    },
  }
}

// It waits for an answer, which comes at once; a stop must not wait long where none does.
const patienceMs = 2_000

function systemdNotify(message: string): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile('systemd-notify', [message], { timeout: patienceMs }, (error) => {
      if (error === null) resolve()
      else reject(error)
    })
  })
}

function reasonOf(error: unknown): string {
  const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
  if (isMissing) return 'there is no program systemd-notify; say Type=simple in the unit'
  return error instanceof Error ? error.message : String(error)
}
