// From Graph to the text of a resource: conversion, printing, and the span for the index. Pure: equal input, equal bytes.
import type { GraphSeries } from '../graph/types.ts'
import { printObject } from '../ical/print.ts'
import { spanOf } from '../ical/span.ts'
import { lastModifiedOf } from './event.ts'
import { seriesToIcal, type SeriesContext } from './series.ts'

/** Grows when equal Graph data are rendered to another text: then stores render again. */
export const rendererVersion = 1

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

/**
 * The resource of the series that share a UID.
 * @throws UnsupportedError when an event has no time that a calendar can show
 */
export function renderResource(
  group: { readonly uid: string; readonly series: readonly GraphSeries[] },
  context: Pick<SeriesContext, 'mailboxZone' | 'addresses'>,
): Rendering {
  const losses = new Set<string>()
  const object = seriesToIcal(group.series, { ...context, uid: group.uid, onLoss: (sentence) => losses.add(sentence) })
  const events = group.series.flatMap(({ main, exceptions }) => [main, ...exceptions])
  return { text: printObject(object), ...spanOf(object), lastModified: lastModifiedOf(events), losses: [...losses] }
}
