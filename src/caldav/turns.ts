// One after another for the same key: read, change, write without losing what another request writes meanwhile.

/** Runs a task after all earlier ones of the same key; what one throws does not stop the next. */
export type InTurn = <T>(key: string, task: () => Promise<T>) => Promise<T>

/** Makes the queues. */
export function createTurns(): InTurn {
  const last = new Map<string, Promise<unknown>>()
  return async (key, task) => {
    const turn = (last.get(key) ?? Promise.resolve()).then(task)
    const settled = turn.catch(() => undefined)
    last.set(key, settled)
    try {
      return await turn
    } finally {
      if (last.get(key) === settled) last.delete(key)
    }
  }
}
