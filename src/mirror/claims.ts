// Who gets what when several ask for the same UID or name. Each asks for its dearest claim first; the oldest
// has it, the others go on to their next one, at last to their own, which nobody can take. (Deferred acceptance: the outcome
// depends on who is there, never on the order in which they came, so a mirror rebuilt from Graph is the same.)
import type { Pause } from '../base/pauses.ts'

/** One that asks. */
export interface Claimant {
  readonly id: string
  /** The dearest first; `own` comes after them. */
  readonly claims: readonly string[]
  readonly own: string
  /** RFC 3339; among equals the id decides. */
  readonly created: string
  /** The claim that it can hold together with others who share it; null: it shares none. */
  readonly shared: string | null
}

/** Who has what: id → claim. `pause` is awaited at each step: there may be many. */
export async function settle(claimants: readonly Claimant[], pause: Pause): Promise<ReadonlyMap<string, string>> {
  const held = new Map<string, Claimant[]>()
  const asked = new Map<string, number>()
  const queue = [...claimants]
  for (let one = queue.pop(); one !== undefined; one = queue.pop()) {
    const turn = asked.get(one.id) ?? 0
    asked.set(one.id, turn + 1)
    const claim = one.claims[turn] ?? one.own
    const { winners, losers } = decide(claim, [...(held.get(claim) ?? []), one])
    held.set(claim, winners)
    queue.push(...losers)
    await pause()
  }
  return new Map([...held].flatMap(([claim, holders]) => holders.map(({ id }) => [id, claim] as const)))
}

/** Older first: when it was made, then its id. */
export function byAge(one: Pick<Claimant, 'created' | 'id'>, other: Pick<Claimant, 'created' | 'id'>): number {
  const [a, b] = [Date.parse(one.created), Date.parse(other.created)]
  if (a !== b && !Number.isNaN(a - b)) return a - b
  if (one.created !== other.created) return one.created < other.created ? -1 : 1
  return one.id < other.id ? -1 : Number(one.id > other.id)
}

function decide(claim: string, contenders: readonly Claimant[]): { winners: Claimant[]; losers: Claimant[] } {
  const owner = contenders.find(({ own }) => own === claim)
  const alone = contenders.filter(({ shared }) => shared !== claim)
  const first = owner ?? alone.reduce<Claimant | undefined>((a, b) => (a && byAge(a, b) <= 0 ? a : b), undefined)
  if (first === undefined) return { winners: [...contenders], losers: [] }
  return { winners: [first], losers: contenders.filter((one) => one !== first) }
}
