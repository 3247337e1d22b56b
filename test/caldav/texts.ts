// Calendar objects as tests need them, short.

/** A calendar object around component lines. */
export function object(...lines: readonly string[]): string {
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n')
}

/** The lines of one VEVENT. */
export function event(uid: string, ...lines: readonly string[]): readonly string[] {
  return ['BEGIN:VEVENT', `UID:${uid}`, 'DTSTAMP:20260101T000000Z', ...lines, 'END:VEVENT']
}

/** An object of one event: an hour at 10:00 UTC on a date `YYYYMMDD`. */
export function hourOn(uid: string, date: string, ...lines: readonly string[]): string {
  return object(...event(uid, `DTSTART:${date}T100000Z`, `DTEND:${date}T110000Z`, `SUMMARY:${uid}`, ...lines))
}
