// Waiting for Ctrl-C or a service manager's SIGTERM.

/** Resolves when the signal is aborted. Keeps the process alive until then. */
export function untilStopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve()
      return
    }
    const alive = setInterval(() => undefined, 3_600_000)
    signal.addEventListener(
      'abort',
      () => {
        clearInterval(alive)
        resolve()
      },
      { once: true },
    )
  })
}
