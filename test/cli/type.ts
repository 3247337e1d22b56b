// A command line run in this process, as a person types it.
import { Readable, Writable } from 'node:stream'
import { systemClock, type Clock } from '../../src/base/clock.ts'
import type { Context } from '../../src/cli/command.ts'
import { run } from '../../src/cli/run.ts'

class Sink extends Writable {
  text = ''
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString()
    done()
  }
}

/** What a command line has around it. */
export interface Typing {
  readonly stdin?: string
  readonly env?: Record<string, string>
  /** Ctrl-C. */
  readonly signal?: AbortSignal
  readonly clock?: Clock
}

/** Runs a command line, words separated by one space; what it printed, and its exit code. */
export async function type(line: string, world: Typing = {}) {
  const [stdout, stderr] = [new Sink(), new Sink()]
  const context: Context = {
    stdin: Object.assign(Readable.from([world.stdin ?? '']), { isTTY: false }) as unknown as Context['stdin'],
    stdout,
    stderr,
    env: world.env ?? {},
    clock: world.clock ?? systemClock,
    signal: world.signal ?? new AbortController().signal,
    onHangup: () => undefined,
  }
  const exitCode = await run(line === '' ? [] : line.split(' '), context)
  return { exitCode, stdout: stdout.text, stderr: stderr.text }
}
