// Whether resources match a filter, with as little work as each needs: from memory, from a few lines of the text, or by
// parsing and expanding it.
import { GraphdavError } from '../base/errors.ts'
import type { Resource, ResourceInfo } from '../calendar/resource.ts'
import { touches } from '../ical/expand.ts'
import { zonesOf } from '../ical/instant.ts'
import type { TimeRange } from '../ical/object.ts'
import { matches } from './filter-match.ts'
import type { ComponentFilter } from './filter.ts'
import type { ObjectReader } from './objects.ts'
import { singleSpan, type SpanMemory } from './single-span.ts'

/** Decides for one query. */
export interface Judge {
  /** Without the text; undefined when the text has to be seen. */
  byMemory(info: ResourceInfo): boolean | undefined
  /** With the text. What cannot be read or expanded matches: the index said that it may be there, so it is shown. */
  byText(resource: Resource): boolean
}

/** Makes the judge of a filter; `isCertain` when every resource matches. */
export function createJudge(
  { readObject, spans }: { readonly readObject: ObjectReader; readonly spans: SpanMemory },
  { filter, zone, isCertain }: { readonly filter: ComponentFilter; readonly zone: string; readonly isCertain: boolean },
): Judge {
  const range = onlyRangeOf(filter)
  const zones = zonesOf([], zone)
  const byParsing = (resource: Resource): boolean => {
    try {
      return matches(filter, readObject(resource), zone)
    } catch (error) {
      if (error instanceof GraphdavError) return true
      throw error
    }
  }
  return {
    byMemory: ({ etag }) => {
      if (isCertain) return true
      const span = range && spans.recall(etag, zone)
      return range === undefined || span === undefined || span === 'series' ? undefined : touches(span, range)
    },
    byText: (resource) => {
      if (isCertain) return true
      if (range === undefined) return byParsing(resource)
      const span = spans.recall(resource.etag, zone) ?? singleSpan(resource.text, zones) ?? 'series'
      spans.remember(resource.etag, zone, span)
      return span === 'series' ? byParsing(resource) : touches(span, range)
    },
  }
}

/** The range of a filter that asks for nothing but events in it; undefined for any other. */
function onlyRangeOf({ isNotDefined, timeRange, properties, components }: ComponentFilter): TimeRange | undefined {
  const [event, ...more] = components
  if (isNotDefined || timeRange || properties.length + more.length > 0 || event?.name !== 'VEVENT') return undefined
  return !event.isNotDefined && event.properties.length + event.components.length === 0 ? event.timeRange : undefined
}
