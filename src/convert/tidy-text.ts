// Plain text of strangers in the form in which it is compared and served. In one pass: a search for spaces at the end of a
// line by a regular expression takes minutes for a hundred thousand spaces in its middle.

/** Line breaks as `\n`, no-break spaces as spaces (they are layout here), and no white space at the end of a line. */
export function tidyLines(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replaceAll('\u00a0', ' ')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}
