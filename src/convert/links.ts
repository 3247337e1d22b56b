// webLink and the join link of an online meeting ⇄ URL, CONFERENCE and the properties that Google and Outlook read instead
// (RFC 5545 §3.8.4.6, RFC 7986 §5.11; Graph pages "event", "onlineMeetingInfo").
import type { GraphEvent } from '../graph/types.ts'
import type { Property } from '../ical/object.ts'
import { property } from '../ical/text.ts'

/** URL: the event in Outlook on the web, for its owner. */
export function webLinkToIcal({ webLink }: GraphEvent): readonly Property[] {
  const link = safeLink(webLink)
  return link === undefined ? [] : [property('URL', link, { VALUE: 'URI' })]
}

/** True for an address as `webLink` has it: an event in Outlook on the web. */
export function isWebLink(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { hostname, searchParams } = new URL(address)
  return hostname.split('.').includes('outlook') && searchParams.has('itemid')
}

/** The join link, in the three spellings that clients know. */
export function joinLinkToIcal({ joinUrl }: GraphEvent): readonly Property[] {
  const link = safeLink(joinUrl)
  if (link === undefined) return []
  const isTeams = /(?:^|\.)teams\.(?:microsoft|live)\.(?:com|us|cn)$/i.test(new URL(link).hostname)
  // Readers take the value of an X- property for TEXT, where comma and semicolon would need a backslash.
  const plain = link.replaceAll(',', '%2C').replaceAll(';', '%3B')
  return [
    property('CONFERENCE', link, {
      VALUE: 'URI',
      FEATURE: ['AUDIO', 'VIDEO'],
      LABEL: isTeams ? 'Microsoft Teams meeting' : 'Online meeting',
    }),
    property('X-GOOGLE-CONFERENCE', plain),
    ...(isTeams ? [property('X-MICROSOFT-SKYPETEAMSMEETINGURL', plain)] : []),
  ]
}

// Only a web address may become a link in somebody's calendar; as the URL standard writes it, so without spaces,
// quotes and control characters.
function safeLink(text: string | null): string | undefined {
  if (text === null || !URL.canParse(text)) return undefined
  const url = new URL(text)
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.href.replaceAll('\\', '%5C') : undefined
}
