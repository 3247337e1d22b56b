// One after the other: work that must not overlap.

/** Runs work in the order in which it was asked for, each when the one before has ended, however that ended. */
export class Queue {
  #tail: Promise<unknown> = Promise.resolve()

  run<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#tail.then(work)
    this.#tail = run.catch(() => undefined) // whoever asked for it is told
    return run
  }

  /** Resolves when everything that was asked for so far has ended. */
  get idle(): Promise<unknown> {
    return this.#tail
  }
}
