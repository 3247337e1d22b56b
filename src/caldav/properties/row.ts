// What a property table is made of: one row per property with the section that defines it, how it is read on which kinds
// of resources, and whether PROPPATCH may set it.
import type { Name } from '../names.ts'
import type { Session, Subject, SubjectKind, SubjectOf } from '../subject.ts'
import type { XmlElement, XmlNode } from '../xml.ts'

/** The content of a property; undefined when the resource does not have it. */
export type Content = XmlNode | readonly XmlNode[]
export type Read = (subject: Subject, session: Session) => Content | undefined

/**
 * Who may set it. `protected`: nobody (403 cannot-modify-protected-property). `per-user`: the user, for themselves; what
 * is set hides what is read. A checker answers the reason why a value is refused, undefined when it is fine.
 */
export type Setting = 'protected' | 'per-user' | ((value: XmlElement) => string | undefined)

/** One property. */
export interface PropertyRow {
  readonly name: Name
  readonly section: string
  readonly read: Read
  readonly set: Setting
  /** Whether allprop shows it: only what RFC 4918 defines and what clients set (RFC 4791 §5.2, RFC 6578 §4 and others say SHOULD NOT). */
  readonly inAllprop: boolean
}

/** A protected row that allprop leaves out: what most are. */
export function row(name: Name, section: string, read: Read): PropertyRow {
  return { name, section, read, set: 'protected', inAllprop: false }
}

/** Reads on some kinds of resources only. */
export function on<K extends SubjectKind>(
  kinds: readonly K[],
  read: (subject: SubjectOf<NoInfer<K>>, session: Session) => Content | undefined,
): Read {
  return (subject, session) => (isOneOf(subject, kinds) ? read(subject, session) : undefined)
}

/** The first that has something to say. */
export function firstOf(...reads: readonly Read[]): Read {
  return (subject, session) => {
    for (const read of reads) {
      const content = read(subject, session)
      if (content !== undefined) return content
    }
    return undefined
  }
}

/** Nothing by itself: there only after a client has set it. */
export const unset: Read = () => undefined

function isOneOf<K extends SubjectKind>(subject: Subject, kinds: readonly K[]): subject is SubjectOf<K> {
  return kinds.some((kind) => kind === subject.kind)
}
