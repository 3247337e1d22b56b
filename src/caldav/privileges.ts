// What the user may do where (RFC 3744 §3, §5.3, §5.4). Aggregates are listed with all they hold: clients do not expand them.
import { caldav, dav, type Name } from './names.ts'
import type { Session, Subject } from './subject.ts'

const reading: readonly Name[] = [dav('read'), dav('read-current-user-privilege-set')]

const writing: readonly Name[] = [
  dav('write'),
  dav('write-content'),
  dav('write-properties'),
  dav('bind'),
  dav('unbind'),
]

/** The privileges of the session's user on a subject. */
export function privilegesOn(subject: Subject, { principal }: Session): readonly Name[] {
  switch (subject.kind) {
    case 'home':
      return principal.mayCreateCalendars ? [...reading, dav('bind'), dav('unbind')] : reading
    case 'outbox':
      return [...reading, caldav('schedule-send'), caldav('schedule-send-freebusy')]
    case 'collection':
    case 'resource': {
      const free = [...reading, caldav('read-free-busy')]
      return subject.collection.access === 'read-write' ? [...free, ...writing] : free
    }
    case 'site':
    case 'root':
    case 'principals':
    case 'principal':
    case 'homes':
    case 'inbox':
      return reading
  }
}

/** A privilege, what it means, and those it holds. */
export interface PrivilegeTree {
  readonly name: Name
  readonly description: string
  readonly holds: readonly PrivilegeTree[]
}

/** All privileges there are (RFC 3744 §5.3). */
export const allPrivileges: PrivilegeTree = {
  name: dav('all'),
  description: 'Everything',
  holds: [
    {
      name: dav('read'),
      description: 'Read',
      holds: [
        { name: caldav('read-free-busy'), description: 'Read free and busy times', holds: [] },
        { name: dav('read-current-user-privilege-set'), description: 'Read own privileges', holds: [] },
      ],
    },
    {
      name: dav('write'),
      description: 'Write',
      holds: [
        { name: dav('write-content'), description: 'Change events', holds: [] },
        { name: dav('write-properties'), description: 'Change properties', holds: [] },
        { name: dav('bind'), description: 'Add', holds: [] },
        { name: dav('unbind'), description: 'Remove', holds: [] },
      ],
    },
    {
      name: caldav('schedule-send'),
      description: 'Ask for free and busy times of others',
      holds: [{ name: caldav('schedule-send-freebusy'), description: 'Send free/busy requests', holds: [] }],
    },
  ],
}
