// Regular expressions that a person writes into the configuration: valid, short, and never slow on a long title.

const maxLength = 200

/** Why the text cannot be used as a regular expression; undefined when it can. */
export function problemOfPattern(text: string): string | undefined {
  if (text.length > maxLength) return `the regular expression is longer than ${maxLength} characters`
  try {
    compilePattern(text)
  } catch {
    return 'not a valid regular expression; special characters such as ( [ * + ? need a backslash when they are meant literally'
  }
  if (/\\[1-9]|\\k</.test(text)) return 'back-references (\\1) are not allowed in this regular expression'
  if (hasRepeatedRepetition(text)) {
    return 'a repeated group that itself holds a repetition or alternatives, such as (a+)+ or (a|b)*, can run for ever and is not allowed'
  }
  return undefined
}

/** The expression as it is used: Unicode, upper and lower case alike (what hides should rather hide too much). */
export function compilePattern(text: string): RegExp {
  return new RegExp(text, 'iu')
}

// True when a group that holds an unbounded repetition or alternatives is itself repeated without bound: the shapes behind
// exponential backtracking. Reads the text once; character classes and escapes are skipped.
function hasRepeatedRepetition(text: string): boolean {
  const plain = text.replace(/\\./gs, 'x').replace(/\[[^\]]*\]/g, 'x')
  const open: boolean[] = [false]
  for (let at = 0; at < plain.length; at += 1) {
    const letter = plain[at]
    if (letter === '(') open.push(false)
    else if (letter === ')') {
      const isBranching = open.pop() ?? false
      if (isBranching && startsRepetition(plain.slice(at + 1))) return true
      open[open.length - 1] = (open.at(-1) ?? false) || isBranching
    } else if (letter === '|' || startsRepetition(plain.slice(at))) open[open.length - 1] = true
  }
  return false
}

function startsRepetition(rest: string): boolean {
  return /^(?:[*+]|\{\d+,\}|\{\d*,?\d{2,}\})/.test(rest)
}
