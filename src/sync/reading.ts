// Reads what the pages called dirty, each id once. One event that cannot be read does not hold up the others: it is owed to
// a later round. What a round may conclude from "not there" is in confirm.ts.
import { GraphError } from '../base/errors.ts'
import { inParallel } from './parallel.ts'
import { readEvent, readSeries, seriesOfSingle, type Truth, type TruthContext } from './truth.ts'

/** Ids to read. */
export interface Wanted {
  /** Masters. */
  readonly series: Iterable<string>
  /** Events of which nobody knows what they are. */
  readonly events: Iterable<string>
}

export interface Reading {
  /** Id → what it turned out to be; parts of a series are there under their master. */
  readonly truths: ReadonlyMap<string, Exclude<Truth, { readonly kind: 'partOf' }>>
  /** Ids that could not be read this time. */
  readonly failed: ReadonlyMap<string, GraphError>
}

export interface ReadingOptions {
  readonly context: TruthContext
  /** Truths that are known already, from a chain that was interrupted. */
  readonly known?: ReadonlyMap<string, Truth>
  /** Ids that Graph itself reported removed: whatever 404 they answer means that they are gone. */
  readonly reported?: ReadonlySet<string>
  /** Ids that earlier rounds could not read either: their failing again says nothing about Graph. */
  readonly owed: ReadonlySet<string>
  /** Told about each truth that was read. */
  readonly onTruth?: ((id: string, truth: Truth) => Promise<void>) | undefined
}

const width = 4

/** Reads everything wanted, and the masters that this leads to. Throws when so much fails that it is not about single events. */
export async function readWanted(wanted: Wanted, options: ReadingOptions): Promise<Reading> {
  const truths = new Map<string, Exclude<Truth, { readonly kind: 'partOf' }>>()
  const failed = new Map<string, GraphError>()
  const parts = new Map<string, Extract<Truth, { readonly kind: 'partOf' }>>()
  const read = async (id: string, how: typeof readEvent): Promise<void> => {
    const truth = await readOne(id, how, options)
    if (truth instanceof GraphError) failed.set(id, truth)
    else if (truth.kind === 'partOf') parts.set(id, truth)
    else truths.set(id, truth)
  }
  const series = new Set(wanted.series)
  await inParallel(
    [...new Set(wanted.events)].filter((id) => !series.has(id)),
    width,
    (id) => read(id, readEvent),
  )
  for (const { master } of parts.values()) if (!truths.has(master)) series.add(master)
  await inParallel(series, width, (id) => read(id, readSeries))
  await readOrphans(series, read, { truths, parts, options })
  refuseIfWidespread(failed, truths.size + failed.size, options.owed)
  return { truths, failed }
}

async function readOne(id: string, how: typeof readEvent, options: ReadingOptions): Promise<Truth | GraphError> {
  const known = options.known?.get(id)
  if (known !== undefined) return known
  try {
    const truth = await how(id, options.context)
    options.context.onRead?.()
    if (truth.kind === 'unusable') options.context.log.warn('event skipped', { event: id, reason: truth.reason })
    await options.onTruth?.(id, truth)
    return truth
  } catch (error) {
    if (!(error instanceof GraphError)) throw error
    if (error.kind === 'notFound' && error.graphCode !== '' && options.reported?.has(id) === true)
      return { kind: 'gone' }
    if (isAboutOneEvent(error)) return error
    throw error
  }
}

// A series that is not there while occurrences of it are: the owner was invited to these only. Each is a series of its own.
async function readOrphans(
  series: ReadonlySet<string>,
  read: (id: string, how: typeof readEvent) => Promise<void>,
  found: {
    readonly truths: Map<string, Exclude<Truth, { readonly kind: 'partOf' }>>
    readonly parts: Map<string, Extract<Truth, { readonly kind: 'partOf' }>>
    readonly options: ReadingOptions
  },
): Promise<void> {
  const gone = new Set([...series].filter((id) => found.truths.get(id)?.kind === 'gone'))
  const rows = [...found.options.context.exceptionRows.values()]
  const orphans = rows.filter(({ id, seriesMasterId }) => gone.has(seriesMasterId ?? '') && !found.parts.has(id))
  await inParallel(orphans, width, ({ id }) => read(id, readEvent))
  for (const [id, { master, event, kept }] of found.parts) {
    if (found.truths.get(master)?.kind !== 'gone') continue
    found.truths.set(id, { kind: 'series', series: seriesOfSingle(event, kept, id) })
  }
}

/** True for a failure that may be of this one event's making. */
export function isAboutOneEvent({ kind }: GraphError): boolean {
  return kind === 'unavailable' || kind === 'invalid' || kind === 'conflict' || kind === 'forbidden'
}

/** Throws when so much fails, beyond what is owed anyway, that it is not about single events. `asked` counts all of it. */
export function refuseIfWidespread(
  failed: ReadonlyMap<string, GraphError>,
  asked: number,
  owed: ReadonlySet<string>,
): void {
  const [first, ...others] = [...failed].filter(([id]) => !owed.has(id)).map(([, error]) => error)
  if (first !== undefined && 1 + others.length > Math.max(5, asked / 5)) throw first
}
