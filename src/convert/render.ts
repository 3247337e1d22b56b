// From Graph to the text of a resource: conversion, kept values, printing, and the span for the index. Pure: equal input,
// equal bytes.
import { GraphdavError } from '../base/errors.ts'
import type { GraphSeries } from '../graph/types.ts'
import type { CalendarObject } from '../ical/object.ts'
import { printObject } from '../ical/print.ts'
import { spanOf } from '../ical/span.ts'
import { lastModifiedOf } from './event.ts'
import { isNothing, parseKept } from './kept.ts'
import { mergeKept } from './kept-merge.ts'
import type { OnLoss } from './schedule.ts'
import { seriesToIcal, type SeriesContext } from './series.ts'

/** Grows when equal Graph data are rendered to another text: then stores render again. */
export const rendererVersion = 3

/** A rendered resource. `first` and `last` bound all instances, milliseconds; `last` null: endless. */
export interface Rendering {
  readonly text: string
  readonly first: number
  readonly last: number | null
  /** Of the event or override changed last, milliseconds. */
  readonly lastModified: number
  /** What is shown otherwise than Graph has it: sentences without titles or addresses, each once. */
  readonly losses: readonly string[]
}

/** The series that share a UID, and what the local store keeps for their resource (JSON of `printKept`; none: absent). */
export interface RenderedGroup {
  readonly uid: string
  readonly series: readonly GraphSeries[]
  readonly localKept?: string | null
}

/**
 * The resource of the series that share a UID. Kept values that cannot be used cost themselves, never the event.
 * @throws UnsupportedError when an event has no time that a calendar can show
 */
export function renderResource(
  group: RenderedGroup,
  context: Pick<SeriesContext, 'mailboxZone' | 'addresses'>,
): Rendering {
  const losses = new Set<string>()
  const onLoss: OnLoss = (sentence) => losses.add(sentence)
  const object = seriesToIcal(group.series, { ...context, uid: group.uid, onLoss })
  const rendered = withKept(object, group, onLoss) ?? { text: printObject(object), ...spanOf(object) }
  const events = group.series.flatMap(({ main, exceptions }) => [main, ...exceptions])
  return { ...rendered, lastModified: lastModifiedOf(events), losses: [...losses] }
}

// Undefined when nothing is kept, or when what is kept does not fit into a text.
function withKept(
  object: CalendarObject,
  { series, localKept = null }: RenderedGroup,
  onLoss: OnLoss,
): Pick<Rendering, 'text' | 'first' | 'last'> | undefined {
  const [local, ...durable] = [localKept, ...series.map(({ kept }) => kept.values)].map((values) => {
    const { kept, loss } = parseKept(values)
    if (loss !== undefined) onLoss(loss)
    return kept
  })
  if (local === undefined || [local, ...durable].every(isNothing)) return undefined
  try {
    const merged = mergeKept(object, { durable, local })
    return { text: printObject(merged), ...spanOf(merged) }
  } catch (error) {
    if (!(error instanceof GraphdavError)) throw error
    onLoss('what was kept with it does not fit and is not shown')
    return undefined
  }
}
