// Properties of http://apple.com/ns/ical/: how a calendar looks in the list. Both are each user's own.
import { apple } from '../names.ts'
import { textOf, type XmlElement } from '../xml.ts'
import { on, row, type PropertyRow } from './row.ts'

/** The rows. */
export const appleProperties: readonly PropertyRow[] = [
  {
    ...row(
      apple('calendar-color'),
      'Apple',
      on(['collection'], ({ collection }) => collection.color),
    ),
    set: checkColor,
  },
  {
    ...row(
      apple('calendar-order'),
      'Apple',
      on(['collection'], ({ collection }, { collections }) =>
        String(collections.findIndex(({ slug }) => slug === collection.slug) + 1),
      ),
    ),
    set: checkOrder,
  },
]

// The alpha may be there; Apple adds an attribute `symbolic-color`, which is kept.
function checkColor(value: XmlElement): string | undefined {
  return /^\s*#(?:[0-9a-f]{6}|[0-9a-f]{8})\s*$/i.test(textOf(value)) ? undefined : 'a colour is #rrggbb or #rrggbbaa'
}

function checkOrder(value: XmlElement): string | undefined {
  return /^\s*-?\d{1,9}\s*$/.test(textOf(value)) ? undefined : 'an order is a whole number'
}
