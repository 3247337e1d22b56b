// What the demo prints when it is ready: where everything is, and how to look at it.
import type { Configuration } from '../config/configuration.ts'

/** `url` is the server's origin. */
export function printWelcome(url: string, { users, feeds }: Configuration): string {
  const [user] = users.values()
  const { hostname, port } = new URL(url)
  const feedLines = feeds.map(
    ({ name, token, detail }) => `  ${`feed ${name}`.padEnd(16)}${url}/feeds/${token}/${name}.ics  (${detail})`,
  )
  return `
  CalDAV          ${url}/dav/
  user            ${user?.name ?? ''}
  password        ${user?.password ?? ''}

${feedLines.join('\n')}

  Thunderbird     New Calendar › On the Network: the name and the CalDAV address above
  Apple Calendar  Add Account › Other CalDAV Account › Advanced: server ${hostname}, port ${port}, path /dav/, no SSL
  GNOME, KDE, DAVx5, vdirsyncer: the CalDAV address above; anything else: subscribe to a feed

Every half minute a colleague changes something; it shows here when it has arrived. What you change in work and personal
reaches the mailbox. Ctrl-C ends the demo.

`
}
