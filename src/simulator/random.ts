// Repeatable randomness: the same seed gives the same tenant, ids and order everywhere.

/** A stream of pseudo-random values; equal seeds give equal streams. */
export interface Random {
  /** In [0, 1). */
  next(): number
  /** A whole number in [low, high], both included. */
  between(low: number, high: number): number
  /** True with this probability. */
  chance(probability: number): boolean
  /** One entry of a list that is not empty. */
  pick<T>(list: readonly T[]): T
  /** The list in another order; the given one is left alone. */
  shuffled<T>(list: readonly T[]): readonly T[]
}

/** A stream from any text or number (xmur3 for the seed, sfc32 for the stream). */
export function seededRandom(seed: string | number): Random {
  const next = stream(String(seed))
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1))
  const pick = <T>(list: readonly T[]): T => {
    const found = list[between(0, list.length - 1)]
    if (found === undefined) throw new RangeError('pick needs a list that is not empty')
    return found
  }
  return {
    next,
    between,
    pick,
    chance: (probability) => next() < probability,
    shuffled: (list) =>
      list
        .map((value) => ({ value, place: next() }))
        .sort((one, other) => one.place - other.place)
        .map(({ value }) => value),
  }
}

function stream(seed: string): () => number {
  const word = words(seed)
  let [a, b, c, d] = [word(), word(), word(), word()]
  return () => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return (t >>> 0) / 4_294_967_296
  }
}

function words(text: string): () => number {
  let hash = 1_779_033_703 ^ text.length
  for (const unit of text) {
    hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 3_432_918_353)
    hash = (hash << 13) | (hash >>> 19)
  }
  return () => {
    hash = Math.imul(hash ^ (hash >>> 16), 2_246_822_507)
    hash = Math.imul(hash ^ (hash >>> 13), 3_266_489_909)
    hash ^= hash >>> 16
    return hash >>> 0
  }
}
