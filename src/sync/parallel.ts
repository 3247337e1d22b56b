// Many reads, a few at a time: enough to keep a mailbox's lane full, without a promise for each of thousands of events.

/** Runs `work` for every item, at most `width` at once, in the order of the items. The first failure stops what has not begun and is thrown. */
export async function inParallel<T>(
  items: Iterable<T>,
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items].values()
  let hasFailed = false
  const worker = async (): Promise<void> => {
    for (let next = queue.next(); next.done !== true && !hasFailed; next = queue.next()) {
      try {
        await work(next.value)
      } catch (error) {
        hasFailed = true
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: width }, worker))
}
