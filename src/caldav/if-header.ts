// The If header (RFC 4918 §10.4): lists of entity tags and state tokens, each list for the request's resource or for the one
// that a tag before it names. Thunderbird's calendar files and litmus send it. Pure.

interface Condition {
  readonly isNegated: boolean
  /** Undefined for a state token: nothing is locked here, so none is ever a resource's. */
  readonly etag: string | undefined
}

interface ConditionList {
  /** Href of the resource that the list is about; undefined: the request's own. */
  readonly about: string | undefined
  readonly conditions: readonly Condition[]
}

const headerPattern = /\s*(?:<([^>]*)>|\(([^)]*)\))/y
const conditionPattern = /\s*(?:(Not)\s*)?(?:<[^>]*>|\[\s*((?:W\/)?"[^"]*")\s*\])\s*/iy

/** The lists of the header; undefined when it is not well-formed. */
export function parseIf(header: string): readonly ConditionList[] | undefined {
  const lists: ConditionList[] = []
  let about: string | undefined
  let at = 0
  while (header.slice(at).trim() !== '') {
    headerPattern.lastIndex = at
    const match = headerPattern.exec(header)
    if (!match) return undefined
    at = headerPattern.lastIndex
    const [, tag, list] = match
    if (tag !== undefined) {
      about = tag
      continue
    }
    const conditions = parseList(list ?? '')
    if (conditions === undefined) return undefined
    lists.push({ about, conditions })
  }
  return lists.length === 0 ? undefined : lists
}

function parseList(list: string): readonly Condition[] | undefined {
  const conditions: Condition[] = []
  let at = 0
  while (at < list.length) {
    conditionPattern.lastIndex = at
    const match = conditionPattern.exec(list)
    if (!match) return undefined
    at = conditionPattern.lastIndex
    conditions.push({ isNegated: match[1] !== undefined, etag: match[2] })
  }
  return conditions.length === 0 ? undefined : conditions
}

/** True when one list holds. `etagOf` answers the tag of a resource without quotes; undefined when it is not there. */
export function holdsIf(
  lists: readonly ConditionList[],
  etagOf: (about: string | undefined) => string | undefined,
): boolean {
  return lists.some(({ about, conditions }) => {
    const now = etagOf(about)
    return conditions.every(({ isNegated, etag }) => (etag !== undefined && etag === `"${now}"`) !== isNegated)
  })
}
