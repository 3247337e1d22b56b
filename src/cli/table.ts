// Rows as an aligned table for people, and other small ways to say things to them.

/** Columns padded to their widest cell; no space at the end of a line. A cell may be anybody's text. */
export function printTable(table: readonly (readonly string[])[]): string {
  const rows = table.map((row) => row.map(oneLine))
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

/** A span of time as a person says it: `12 s`, `5 min`, `3 h`, `2 d`. */
export function printSpan(seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`
  return `${Math.floor(seconds / 86_400)} d`
}

/** `1 event`, `2 events`. */
export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}

/** A text of others as one line: nothing in it moves the terminal's cursor, turns its writing, or begins a line of its own. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]+/gu, ' ')
}
