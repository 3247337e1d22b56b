// What is found out about one Graph host while working with it, and kept: clouds differ in what they tell about a series.

/** Three ways to learn the cancelled dates and changed occurrences of a series (graph pages "event", "List instances"; MS-OXOCAL). */
export type SeriesStrategy =
  /** `cancelledOccurrences` and `exceptionOccurrences`: the global cloud. */
  | 'direct'
  /** Exchange's own recurrence property, and the instances around its exceptions. */
  | 'blob'
  /** The instances of a window against the slots of the pattern. */
  | 'instances'

/** Facts about one host; undefined: not known yet. Written by whoever finds out, read by everybody. */
export interface Cloud {
  strategy: SeriesStrategy | undefined
  /** In which zone the dates of `cancelledOccurrences` are meant. */
  cancelledDates: 'local' | 'utc' | undefined
  /** What happens to day 29-31 in a shorter month: its last day, or no slot. */
  shortMonths: 'clamped' | 'skipped' | undefined
}

/** The facts by host; one for the process. */
export class Clouds {
  readonly #byHost = new Map<string, Cloud>()

  of(host: string): Cloud {
    const cloud = this.#byHost.get(host) ?? { strategy: undefined, cancelledDates: undefined, shortMonths: undefined }
    this.#byHost.set(host, cloud)
    return cloud
  }
}
