// The built program under `serve`, its log read line by line as it comes.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

export interface Served {
  readonly url: string
  readonly pid: number
  /** SIGHUP: it reads its configuration again. */
  hangUp(): void
  /** True for twenty seconds after it. */
  mayBeAway(): boolean
  /** Lines of the log by level. */
  counts(): string
  /** What a person would have to act on: errors of the log, and an end that nobody wanted. */
  errors(): readonly string[]
  /** SIGTERM; a sentence when it does not end in time, and then is killed. */
  stop(): Promise<readonly string[]>
}

/** What a service manager would wait before it kills. */
const patienceMs = 10_000

const main = resolve(import.meta.dirname, '../../dist/cli/main.js')

/** Starts it on a free port with the graphdav.yaml of a folder; resolves when it listens. */
export async function serve(folder: string): Promise<Served> {
  if (!existsSync(main)) throw new Error('there is no dist/: npm run build makes it')
  const config = join(folder, 'graphdav.yaml')
  const child = spawn(process.execPath, [main, 'serve', '--config', config], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const counts = new Map<string, number>()
  const errors = new Map<string, number>()
  const add = (to: Map<string, number>, key: string): void => void to.set(key, (to.get(key) ?? 0) + 1)
  let isWanted = false
  let hungUpAt = 0
  const url = new Promise<string>((found, failed) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      const { level, msg, url, reason } = parse(line)
      add(counts, levels[level] ?? 'other')
      if (level >= 50 || levels[level] === undefined) add(errors, `the log says: ${msg} ${reason}`)
      if (url !== undefined) found(url)
    })
    child.once('exit', (code, signal) => {
      if (!isWanted) add(errors, `serve ended with ${code ?? signal}`)
      failed(new Error(`serve ended with ${code ?? signal}: ${[...errors.keys()].join('; ')}`))
    })
  })
  const served = await url
  return {
    url: served,
    pid: child.pid ?? 0,
    hangUp: () => {
      hungUpAt = Date.now()
      child.kill('SIGHUP')
    },
    mayBeAway: () => Date.now() - hungUpAt < 20_000,
    counts: () => `log: ${[...counts].map(([level, count]) => `${level} ${count}`).join(', ')}`,
    errors: () => [...errors].map(([sentence, times]) => `${sentence} (${times} times)`),
    stop: async () => {
      isWanted = true
      if (child.exitCode !== null || child.signalCode !== null) return []
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs)
      await ended
      clearTimeout(timer)
      return child.signalCode === 'SIGKILL' ? [`serve did not end within ${patienceMs / 1000} s of SIGTERM`] : []
    },
  }
}

const levels: Readonly<Record<number, string>> = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error' }

interface Line {
  readonly level: number
  readonly msg: string
  readonly reason: string
  readonly url?: string
}

function parse(line: string): Line {
  try {
    const { level, msg, url, reason }: Record<string, unknown> = JSON.parse(line)
    const facts = { level: Number(level), msg: String(msg), reason: typeof reason === 'string' ? reason : '' }
    return typeof url === 'string' && msg === 'listening' ? { ...facts, url } : facts
  } catch {
    return { level: 0, msg: line, reason: '' }
  }
}
