// What is needed seldom, or several times in one piece of work, is made when it is asked for first.

/** A function that makes its answer at the first call and gives the same one ever after. What throws is tried again. */
export function once<T extends object>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}
