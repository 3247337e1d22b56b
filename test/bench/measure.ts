// How a figure is taken: blocks of requests to graphdav and to the bare server in turns, so that whatever else the machine does
// meets both; medians of all.
import { setTimeout as wait } from 'node:timers/promises'
import { Client, prepare, type Answer, type Prepared } from './client.ts'

/** One figure of one size; without `bare` there is nothing to compare with. */
export interface Figure {
  readonly value: number
  readonly unit: 'ms' | 'MB'
  readonly bare?: number
}

/** How much is done. */
export interface Effort {
  /** Milliseconds for one HTTP figure, both servers together. */
  readonly budgetMs: number
  /** Starts and rounds that a median is taken of. */
  readonly repeats: number
  /** What the process is left alone for before its idle memory is read. */
  readonly settleMs: number
}

/** The same request to both; `budgetMs` long, and a few times at least. */
export async function compare(
  request: Prepared,
  servers: { readonly ours: Client; readonly bare: Client },
  { budgetMs }: Effort,
): Promise<Figure> {
  const block = Math.max(1, Math.min(100, Math.floor(40 / (await timed(servers.ours, request)))))
  const [ours, bare]: [number[], number[]] = [[], []]
  for (let spent = 0; spent < budgetMs || ours.length < 3 * block;) {
    const before = spent
    for (let one = 0; one < block; one += 1) spent += keep(ours, await timed(servers.ours, request))
    for (let one = 0; one < block; one += 1) spent += keep(bare, await timed(servers.bare, request))
    if (spent === before) break
  }
  // The first block of each warms up.
  return { value: median(ours.slice(block)), unit: 'ms', bare: median(bare.slice(block)) }
}

async function timed(client: Client, request: Prepared): Promise<number> {
  const began = performance.now()
  await client.ask(request)
  return performance.now() - began
}

function keep(list: number[], ms: number): number {
  list.push(ms)
  return ms
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low = NaN, high = NaN] = [sorted[middle - 1], sorted[middle]]
  return sorted.length % 2 === 0 ? (low + high) / 2 : high
}

/** The longest that somebody else, who asks for next to nothing, waits for an answer while `work` is done. */
export async function longestWaitDuring(port: number, work: () => Promise<unknown>): Promise<number> {
  const client = await Client.connect(port)
  const ping = prepare({ method: 'GET', path: '/healthz' })
  let isWorking = true
  let longest = 0
  const pinging = (async () => {
    for (;;) {
      longest = Math.max(longest, await timed(client, ping))
      if (!isWorking) return
      await wait(1)
    }
  })()
  await work().finally(() => (isWorking = false))
  await pinging
  client.close()
  return longest
}

/** Asks again and again on new connections until the answer is the wanted one; milliseconds since `began`. */
export async function firstAnswer(
  port: number,
  request: Prepared,
  { began, status, everyMs, limitMs }: { began: number; status: number; everyMs: number; limitMs: number },
): Promise<number> {
  while (performance.now() - began < limitMs) {
    const answer = await askOnce(port, request).catch(() => undefined)
    if (answer?.status === status) return performance.now() - began
    await wait(everyMs)
  }
  throw new Error(`no ${status} within ${limitMs / 1000} s`)
}

export async function askOnce(port: number, request: Prepared): Promise<Answer> {
  const client = await Client.connect(port)
  try {
    return await client.ask(request)
  } finally {
    client.close()
  }
}
