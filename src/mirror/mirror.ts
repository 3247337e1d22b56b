// The mirror of one calendar: Graph's series as last read, the resources made from them, and the change log.
import type { GraphSeries } from '../graph/types.ts'

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

/** Makes the text of a group; pure. Throws one of our errors when the group cannot be rendered: it is then skipped and named. */
export type Render = (group: SeriesGroup) => RenderedResource
