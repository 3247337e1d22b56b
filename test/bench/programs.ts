// The processes of a measurement: the built program as a user starts it, the tenant and the bare server beside it.
import { fork, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

interface Beside {
  readonly child: ChildProcess
  readonly said: unknown
}

/** `graphdav serve` in a folder with a graphdav.yaml; what it logs is dropped, errors at the end are shown. */
export function startServe(folder: string): ChildProcess {
  if (!existsSync(program)) throw new Error('there is no dist/: npm run build makes it')
  const config = `${folder}/graphdav.yaml`
  return spawn(process.execPath, [program, 'serve', '--config', config], { cwd: folder, stdio: 'ignore' })
}

/** A program of this folder that talks with us, and the first thing it says. */
export async function startBeside(file: string, ...args: readonly string[]): Promise<Beside> {
  const execArgv = file.endsWith('.ts') ? ['--import', 'tsx'] : []
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, { execArgv })
  return { child, said: await nextFrom(child) }
}

/** Says something to a process of `startBeside`; its answer. */
export async function tell(child: ChildProcess, message: object): Promise<unknown> {
  const answer = nextFrom(child)
  child.send(message)
  return await answer
}

async function nextFrom(child: ChildProcess): Promise<unknown> {
  const heard = new AbortController()
  const { signal } = heard
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error(`${child.spawnargs.at(-1)} ended`)
  })
  const said = once(child, 'message', { signal })
  try {
    const [message]: readonly unknown[] = await Promise.race([said, ended])
    return message
  } finally {
    heard.abort()
    await Promise.allSettled([said, ended])
  }
}

/** SIGTERM, and waits for the end. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  if (child.connected) child.disconnect()
  child.kill('SIGTERM')
  await ended
}

/** A port of loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Memory of a process in MB: resident now, and the most it ever was. NaN where the system does not tell (no /proc). */
export function memoryOf({ pid }: ChildProcess): { readonly now: number; readonly most: number } {
  const file = `/proc/${pid}/status`
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const megabytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(text)?.[1]) / 1024
  return { now: megabytes('VmRSS'), most: megabytes('VmHWM') }
}
