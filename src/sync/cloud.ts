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

/** What a calendar keeps of a host: so the next process need not find it out again. JSON values only. */
export interface KeptCloud extends Partial<Cloud> {
  readonly host: string
}

/** Undefined when nothing is known. */
export function keptCloud({ strategy, cancelledDates, shortMonths }: Cloud, host: string): KeptCloud | undefined {
  const known = {
    ...(strategy && { strategy }),
    ...(cancelledDates && { cancelledDates }),
    ...(shortMonths && { shortMonths }),
  }
  return Object.keys(known).length === 0 ? undefined : { host, ...known }
}

/** Takes over what was kept of this host and is not known yet; what is of another host, or strange, says nothing. */
export function recallCloud(cloud: Cloud, kept: unknown, host: string): void {
  const {
    host: keptHost,
    strategy,
    cancelledDates,
    shortMonths,
  }: Readonly<Record<string, unknown>> = { ...objectOf(kept) }
  if (keptHost !== host) return
  cloud.strategy ??= oneOf(['direct', 'blob', 'instances'], strategy)
  cloud.cancelledDates ??= oneOf(['local', 'utc'], cancelledDates)
  cloud.shortMonths ??= oneOf(['clamped', 'skipped'], shortMonths)
}

/** A person who wants everything read again wants this found out again too. */
export function forgetCloud(cloud: Cloud): void {
  cloud.strategy = undefined
  cloud.cancelledDates = undefined
  cloud.shortMonths = undefined
}

function objectOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}

function oneOf<const Value>(values: readonly Value[], found: unknown): Value | undefined {
  return values.find((value) => value === found)
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
