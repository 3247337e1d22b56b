// Who is signed in, and the time zone of a mailbox (Graph pages "Get a user", "Get mailboxSettings"). Both need permissions of
// their own that an account may lack; nothing depends on them.
import { GraphError } from '../base/errors.ts'
import { mailboxPath } from './calendar-list.ts'
import type { GraphClient } from './client.ts'
import { wordOf } from './json.ts'
import { parseObject } from './parse.ts'

/** A person or a shared mailbox. */
export interface MailboxOwner {
  /** Empty when unknown. */
  readonly name: string
  /** Primary address, else the user principal name; empty when unknown. */
  readonly address: string
}

interface Where {
  readonly client: GraphClient
  readonly signal?: AbortSignal | undefined
}

/** The owner of a mailbox (`me` or a user principal name or id); undefined when the account may not ask. */
export async function whoAmI({ client, signal }: Where, mailbox: string): Promise<MailboxOwner | undefined> {
  const path = mailboxPath(mailbox)
  const query = { $select: 'displayName,mail,userPrincipalName' }
  return unlessDenied(async () => {
    const { body, requestId } = await client.get(path, { purpose: 'me', mailbox: path, query, signal })
    const user = parseObject(body, requestId)
    return {
      name: wordOf(user['displayName']) ?? '',
      address: wordOf(user['mail']) ?? wordOf(user['userPrincipalName']) ?? '',
    }
  })
}

/** The zone label of a mailbox, Windows id or IANA name as Graph has it; undefined when there is none or the account may not ask. */
export async function mailboxZone({ client, signal }: Where, mailbox: string): Promise<string | undefined> {
  const path = mailboxPath(mailbox)
  return unlessDenied(async () => {
    const { body, requestId } = await client.get(`${path}/mailboxSettings`, {
      purpose: 'settings',
      mailbox: path,
      signal,
    })
    return wordOf(parseObject(body, requestId)['timeZone']) ?? undefined
  })
}

async function unlessDenied<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof GraphError && (error.kind === 'forbidden' || error.kind === 'notFound')) return undefined
    throw error
  }
}
