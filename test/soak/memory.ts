// The memory of a process over time, and whether it is flat: what it had in the second quarter it has in the last one.
import { readFileSync } from 'node:fs'

/** Noise of the garbage collector: growth below this says nothing. */
const slack = { share: 0.15, megabytes: 15 }
/** Fewer samples than these (five seconds each) do not tell a trend. */
const least = 60

export class Memory {
  readonly #pid: number
  readonly #samples: number[] = []

  constructor(pid: number) {
    this.#pid = pid
  }

  /** Takes the resident size now; where the system does not tell it (no /proc), nothing is judged. */
  sample(): void {
    try {
      const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.#pid}/status`, 'utf8'))?.[1]
      this.#samples.push(Number(kilobytes) / 1024)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    }
  }

  last(): string {
    return `${Math.round(this.#samples.at(-1) ?? 0)} MB`
  }

  /** Says the figures; a sentence when it grows. */
  judge(say: (line: string) => void): readonly string[] {
    const count = this.#samples.length
    const quarter = (number: number): number =>
      median(this.#samples.slice((count * (number - 1)) >> 2, (count * number) >> 2))
    const quarters = [1, 2, 3, 4].map(quarter)
    say(
      `memory by quarters of the time: ${quarters.map((one) => `${Math.round(one)} MB`).join(', ')} (${count} samples)`,
    )
    if (count < least) return []
    const [, second = 0, , last = 0] = quarters
    const isFlat = last <= second * (1 + slack.share) || last <= second + slack.megabytes
    return isFlat ? [] : [`memory grew from ${Math.round(second)} to ${Math.round(last)} MB`]
  }
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((one, other) => one - other)[numbers.length >> 1] ?? 0
}
