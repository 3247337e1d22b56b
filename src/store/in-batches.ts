// Many small pieces of file work, some at a time.

const together = 16

/** The results of `work` for each value, in order; the first failure is thrown after its batch has ended. */
export async function inBatches<T, R>(
  values: readonly T[],
  work: (value: T, index: number) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = []
  for (let from = 0; from < values.length; from += together) {
    const batch = values.slice(from, from + together).map((value, index) => work(value, from + index))
    await Promise.allSettled(batch)
    results.push(...(await Promise.all(batch)))
  }
  return results
}
