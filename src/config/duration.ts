// Durations as the configuration writes them: a whole number and a unit, `30s` `10m` `12h` `90d` `4w` `6mo` `2y`.

const second = 1000
const day = 86_400 * second

/** Unit → milliseconds. A year is 365 days and a month a twelfth of it, so that `5y` is the 1825 days Graph allows. */
const units: Readonly<Record<string, number>> = {
  s: second,
  m: 60 * second,
  h: 3600 * second,
  d: day,
  w: 7 * day,
  mo: (365 * day) / 12,
  y: 365 * day,
}

/** What an error says is allowed. */
export const durationForm = 'a whole number and a unit: 30s, 10m, 12h, 90d, 4w, 6mo or 2y'

/** Matches what `parseDuration` accepts, for the JSON schema. */
export const durationPattern = /^\d{1,6}(s|m|h|d|w|mo|y)$/

/** The duration in milliseconds, or undefined when the text is not one. */
export function parseDuration(text: string): number | undefined {
  const match = durationPattern.exec(text)
  const unit = match === null ? undefined : units[match[1] ?? '']
  return unit === undefined ? undefined : Number.parseInt(text, 10) * unit
}
