// iCalendar text of components as they are, without adding or ordering anything: parts of objects, time zones, free/busy.
import type { Component } from '../ical/object.ts'
import { contentLine, printLines } from '../ical/lines.ts'

/** The component's text: CRLF lines, folded. */
export function printComponent(component: Component): string {
  const own = printLines([`BEGIN:${component.name}`, ...component.properties.map(contentLine)])
  return `${own}${component.components.map(printComponent).join('')}END:${component.name}\r\n`
}

/** A calendar of our own around components. */
export function printCalendar(components: readonly Component[], method?: string): string {
  const head = [
    ['VERSION', '2.0'],
    ['PRODID', '-//graphdav//graphdav//EN'],
    ...(method === undefined ? [] : [['METHOD', method]]),
  ]
  const properties = head.map(([name = '', value = '']) => ({ name, parameters: [], value }))
  return printComponent({ name: 'VCALENDAR', properties, components })
}
