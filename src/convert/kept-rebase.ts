// A text may be older than what is there: what its writer did not touch, and somebody else has changed since, is not the
// writer's wish. Of what is kept, it is taken from what is there.
import type { Component, Property } from '../ical/object.ts'
import { propertiesOf, withoutProperties } from '../ical/text.ts'
import { alarmKey, settledAlarms } from './compare-alarms.ts'
import { normalLine } from './compare-fields.ts'
import { durableLines } from './compare-lines.ts'

/** The VEVENT of a PUT, measured against what is there now. `served`: what its writer had. */
export function rebased(put: Component, served: Component | undefined, shown: Component | undefined): Component {
  if (served === undefined || shown === undefined) return put
  const names = [...exact, ...[served, shown].flatMap((event) => durableLines(event).map(({ name }) => name))]
  const others = [...new Set(names)].filter((name) => isOfOthers(linesOf(name), put, served, shown))
  const lines = others.flatMap((name) => propertiesOf(shown, name))
  const event = others.length === 0 ? put : withLines(withoutProperties(put, others), lines)
  return isOfOthers(alarmsOf, put, served, shown) ? withAlarms(event, shown) : event
}

/** Of these Graph has fewer values than there are. */
const exact = ['PRIORITY', 'CLASS', 'STATUS'] as const

function isOfOthers(read: (event: Component) => string, put: Component, served: Component, shown: Component): boolean {
  return read(put) === read(served) && read(shown) !== read(served)
}

function linesOf(name: string): (event: Component) => string {
  return (event) => propertiesOf(event, name).map(normalLine).sort().join('\n')
}

function alarmsOf(event: Component): string {
  return settledAlarms(event).map(alarmKey).sort().join('\n')
}

function withLines(event: Component, lines: readonly Property[]): Component {
  return { ...event, properties: [...event.properties, ...lines] }
}

function withAlarms(event: Component, shown: Component): Component {
  const others = event.components.filter((child) => !settledAlarms(event).includes(child))
  return { ...event, components: [...others, ...settledAlarms(shown)] }
}
