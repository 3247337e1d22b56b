// Whether two resource texts say the same: stamps that move by themselves do not count.

/** True when the texts are equal but for DTSTAMP, LAST-MODIFIED, CREATED and SEQUENCE, however their lines are folded. */
export function saysTheSame(one: string, other: string): boolean {
  return one === other || withoutStamps(one) === withoutStamps(other)
}

function withoutStamps(text: string): string {
  return text
    .replaceAll(/\r?\n[ \t]/g, '')
    .split(/\r?\n/)
    .filter((line) => !/^(?:DTSTAMP|LAST-MODIFIED|CREATED|SEQUENCE)[:;]/i.test(line))
    .join('\n')
}
