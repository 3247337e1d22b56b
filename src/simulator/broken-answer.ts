// What a fault makes of an answer. Each effect is one way in which Graph, or what stands before it, fails.
import { errorJson } from './answer.ts'
import { expired } from './delta.ts'
import { answerOfError, type Incoming, type Outgoing, print, type RequestIds } from './exchange.ts'
import type { Effect } from './faults.ts'
import { placeOf, type World } from './world.ts'
import { printHttpDate } from './zone-time.ts'

export interface Broken {
  readonly world: World
  readonly incoming: Incoming
  readonly ids: RequestIds
  readonly effect: Effect
  /** The right answer; undefined when the request was not handled at all. */
  readonly right: Outgoing | undefined
}

/** Effects that are done to the right answer: the request is always handled first. */
export function needsAnswer(effect: Effect): boolean {
  return effect.kind === 'cut' || effect.kind === 'truncated' || effect.kind === 'slow'
}

export async function broken({ world, incoming, ids, effect, right }: Broken): Promise<Outgoing> {
  switch (effect.kind) {
    case 'status':
      return statusAnswer(world, ids, effect)
    case 'gone':
      return print(
        world,
        ids,
        answerOfError(world, ids, expired(placeOf(world), `${world.base}${incoming.url.pathname}`)),
      )
    case 'drop':
      return { kind: 'drop' }
    case 'hang':
      await untilAborted(incoming.signal)
      return { kind: 'drop' }
    case 'slow':
      await world.tenant.clock.sleep(effect.ms, incoming.signal)
      return right ?? { kind: 'drop' }
    case 'cut':
      return right?.kind === 'answer' ? { ...right, kind: 'cut' } : { kind: 'drop' }
    case 'truncated':
      return right?.kind === 'answer'
        ? { ...right, body: right.body.slice(0, Math.floor(right.body.length / 2)) }
        : { kind: 'drop' }
  }
}

function statusAnswer(world: World, ids: RequestIds, effect: Extract<Effect, { kind: 'status' }>): Outgoing {
  const headers = effect.retryAfter === undefined ? {} : { 'Retry-After': retryAfterText(world, effect.retryAfter) }
  const answer = print(world, ids, { status: effect.status, headers, json: errorJson(effect, ids) })
  switch (effect.body) {
    case 'json':
      return answer
    case 'empty':
      return { ...answer, body: '', headers: { ...answer.headers, 'Content-Type': 'text/plain' } }
    case 'html':
      return {
        ...answer,
        body: `<html><head><title>${effect.status}</title></head><body><h1>Our services aren't available right now</h1></body></html>`,
        headers: { ...answer.headers, 'Content-Type': 'text/html' },
      }
  }
}

function retryAfterText(world: World, text: string): string {
  const seconds = /^date\+(\d+)$/.exec(text)?.[1]
  return seconds === undefined ? text : printHttpDate(world.tenant.clock.now() + Number(seconds) * 1000)
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
