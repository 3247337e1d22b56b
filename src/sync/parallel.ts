// Many reads, a few at a time: enough to keep a mailbox's lane full, without a promise for each of thousands of events.

/**
 * Runs `work` for every item, at most `width` at once, begun in the order of the items. The first failure stops what has not
 * begun and is thrown when everything under way has ended: nothing goes on behind the caller's back.
 */
export async function inParallel<T>(
  items: Iterable<T>,
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items].values()
  const failures: unknown[] = []
  const worker = async (): Promise<void> => {
    for (let next = queue.next(); next.done !== true && failures.length === 0; next = queue.next()) {
      await work(next.value).catch((error: unknown) => failures.push(error))
    }
  }
  await Promise.all(Array.from({ length: width }, worker))
  if (failures.length > 0) throw failures[0]
}
