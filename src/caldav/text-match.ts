// Comparing text the way a query asks for: collations (RFC 4790, RFC 4791 §7.5).
import { DavError } from './preconditions.ts'

/** The collations that queries may name. */
export const collations = ['i;ascii-casemap', 'i;octet', 'i;unicode-casemap'] as const

export type Collation = (typeof collations)[number]

/** The collation of a query; the default is `i;ascii-casemap`. Throws supported-collation for one that we do not have. */
export function parseCollation(name: string | undefined): Collation {
  if (name === undefined || name === 'default') return 'i;ascii-casemap'
  const known = collations.find((collation) => collation === name)
  if (known === undefined) throw new DavError('supported-collation', 'this collation is not supported')
  return known
}

/** The text as the collation compares it: equal keys are equal texts. */
export function collationKey(text: string, collation: Collation): string {
  switch (collation) {
    case 'i;octet':
      return text
    case 'i;ascii-casemap':
      return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
    case 'i;unicode-casemap':
      return text.normalize('NFKD').toLowerCase()
  }
}
