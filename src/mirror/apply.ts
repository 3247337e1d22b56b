// From changed series to one commit: group, render, compare with what is there, number what really differs.
import { isDeepStrictEqual } from 'node:util'
import { sentenceOf } from '../base/errors.ts'
import { sha256Hex } from '../base/hash.ts'
import { createPauses } from '../base/pauses.ts'
import { saysTheSame } from './compare.ts'
import { regroup, type Group, type SeriesChange } from './grouping.ts'
import { storedSeries } from './series-facts.ts'
import type { Catalogue } from './catalogue.ts'
import type { GraphSeries } from '../graph/types.ts'
import type { StoredRecord, StoredResource, Tombstone } from '../store/store.ts'

/** Series that share one UID, and the name of their resource. More than one only when the user holds single occurrences of a series. */
export interface SeriesGroup {
  readonly uid: string
  readonly name: string
  readonly series: readonly GraphSeries[]
}

/** A resource as the renderer makes it. `first` and `last` bound all instances, milliseconds; `last` null: endless. */
export interface RenderedResource {
  readonly text: string
  readonly first: number
  readonly last: number | null
  readonly lastModified: number
}

/** Makes the text of a group; pure. Throws when the group cannot be rendered: it is then skipped and named. */
export type Render = (group: SeriesGroup) => RenderedResource

/** A series that could not be rendered. What was published of it stays as it was; its JSON is kept for a later renderer. */
export interface Skipped {
  readonly uid: string
  readonly key: string
  readonly reason: string
}

/** What a change comes to: what is to be committed, and what to tell. */
export interface Outcome {
  readonly upserts: readonly StoredRecord[]
  readonly removals: readonly string[]
  readonly tombstones: readonly Tombstone[]
  /** The change log's head afterwards: moved by one when anything that clients see differs. */
  readonly revision: number
  /** Resources that are new or whose text changed. */
  readonly changed: number
  /** Resources that are gone. */
  readonly removed: number
  readonly skipped: readonly Skipped[]
}

/** The surroundings of a change. */
export interface ApplyContext {
  readonly catalogue: Catalogue
  readonly revision: number
  readonly now: number
  readonly render: Render
  /** Stored records by UID. */
  readonly read: (uids: readonly string[]) => Promise<ReadonlyMap<string, StoredRecord>>
  /** JSON of the changed series, by key. */
  readonly contents: ReadonlyMap<string, GraphSeries>
}

// So many records are read at once.
const readTogether = 256

/** Works out what a change comes to. Reads the store, writes nothing. */
export async function workOut(change: SeriesChange, context: ApplyContext): Promise<Outcome> {
  const { catalogue } = context
  const pause = createPauses()
  const { groups, goneUids } = await regroup(catalogue, change, pause)
  const next = context.revision + 1
  const affected = groups.filter((group) => isAffected(group, catalogue, change))
  const upserts: StoredRecord[] = []
  const skipped: Skipped[] = []
  for (let from = 0; from < affected.length; from += readTogether) {
    const batch = affected.slice(from, from + readTogether)
    const records = await context.read(recordsNeeded(batch, context))
    for (const group of batch) {
      const made = makeRecord(group, records, next, context)
      if (!isDeepStrictEqual(records.get(group.uid)?.entry, made.record.entry)) upserts.push(made.record)
      skipped.push(...made.skipped)
      await pause()
    }
  }
  const tombstones = tombstonesOf(upserts, goneUids, next, context)
  const changed = upserts.filter(({ entry }) => entry.resource?.revision === next).length
  const revision = changed + tombstones.length > 0 ? next : context.revision
  const removed = goneUids.filter((uid) => catalogue.entries.get(uid)?.resource).length
  return { upserts, removals: goneUids, tombstones, revision, changed, removed, skipped }
}

/** Whether a group's content, members or name are other than what its entry says. */
function isAffected({ uid, name, series }: Group, catalogue: Catalogue, { upserts }: SeriesChange): boolean {
  const entry = catalogue.entries.get(uid)
  if (entry === undefined || entry.series.length !== series.length) return true
  if (entry.resource !== null && entry.resource.name !== name) return true
  return series.some(({ key }, index) => upserts.has(key) || entry.series[index]?.key !== key)
}

/** UIDs of the records that hold the old texts, and the JSON of those members that did not come with the change. */
function recordsNeeded(groups: readonly Group[], { catalogue, contents }: ApplyContext): readonly string[] {
  const uids = groups.flatMap(({ uid, series }) => [
    ...(catalogue.entries.has(uid) ? [uid] : []),
    ...series.flatMap(({ key }) => (contents.has(key) ? [] : (catalogue.members.get(key)?.uid ?? []))),
  ])
  return [...new Set(uids)]
}

interface Made {
  readonly record: StoredRecord
  readonly skipped: readonly Skipped[]
}

function makeRecord(
  group: Group,
  records: ReadonlyMap<string, StoredRecord>,
  revision: number,
  context: ApplyContext,
): Made {
  const old = records.get(group.uid)
  const series = group.series.map(({ key }) => context.contents.get(key) ?? findSeries(key, records, context))
  const { rendered, skipped } = tryRender({ uid: group.uid, name: group.name, series }, context.render)
  const failure = skipped[0]?.reason ?? null
  const record = (text: string | null, resource: StoredResource | null): Made => ({
    record: { entry: { uid: group.uid, series: group.series, resource, failure }, text, series },
    skipped,
  })
  const before = old?.entry.resource && old.text !== null ? { resource: old.entry.resource, text: old.text } : undefined
  // What cannot be rendered any more stays published as it last was: old is better than gone.
  const after = failure !== null && before ? undefined : rendered
  if (before && (after === undefined || saysTheSame(before.text, after.text))) {
    const isRenamed = before.resource.name !== group.name
    return record(before.text, isRenamed ? { ...before.resource, name: group.name, revision } : before.resource)
  }
  return after ? record(after.text, resourceOf(group.name, after, revision)) : record(null, null)
}

function resourceOf(name: string, { text, first, last, lastModified }: RenderedResource, revision: number) {
  const etag = sha256Hex(text).slice(0, 32)
  return { name, etag, size: Buffer.byteLength(text), lastModified, first, last, revision }
}

/** Renders the group; if that fails, those of its members that can be rendered. */
function tryRender(
  group: SeriesGroup,
  render: Render,
): { readonly rendered: RenderedResource | undefined; readonly skipped: readonly Skipped[] } {
  const attempt = (series: readonly GraphSeries[]): RenderedResource | string => {
    try {
      return render({ ...group, series })
    } catch (error) {
      return sentenceOf(error)
    }
  }
  const whole = attempt(group.series)
  if (typeof whole !== 'string') return { rendered: whole, skipped: [] }
  const skip = (one: GraphSeries, reason: string): Skipped => ({ uid: group.uid, key: one.key, reason })
  const tried = group.series.map((one) => ({ one, result: group.series.length > 1 ? attempt([one]) : whole }))
  const skipped = tried.flatMap(({ one, result }) => (typeof result === 'string' ? [skip(one, result)] : []))
  const good = tried.flatMap(({ one, result }) => (typeof result === 'string' ? [] : [one]))
  const rest = good.length > 0 ? attempt(good) : whole
  if (typeof rest !== 'string' && skipped.length > 0) return { rendered: rest, skipped }
  return { rendered: undefined, skipped: group.series.map((one) => skip(one, whole)) }
}

function findSeries(key: string, records: ReadonlyMap<string, StoredRecord>, { catalogue }: ApplyContext): GraphSeries {
  const record = records.get(catalogue.members.get(key)?.uid ?? '')
  return storedSeries(record?.series[record.entry.series.findIndex((one) => one.key === key)])
}

/** One for each name that is no longer there: of a UID that is gone, or of one that is renamed. */
function tombstonesOf(
  upserts: readonly StoredRecord[],
  goneUids: readonly string[],
  revision: number,
  { catalogue, now }: ApplyContext,
): readonly Tombstone[] {
  const live = new Set(upserts.flatMap(({ entry }) => entry.resource?.name ?? []))
  return [...goneUids, ...upserts.map(({ entry }) => entry.uid)].flatMap((uid) => {
    const name = catalogue.entries.get(uid)?.resource?.name
    return name === undefined || live.has(name) ? [] : [{ uid, name, revision, at: now }]
  })
}
