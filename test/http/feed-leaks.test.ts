// No byte of what a feed must not show: random Graph events whose every field is a word of its own, rendered as the bridge
// does, read through feeds of every profile over HTTP. What may be shown is said here again, by the words of the contract.
import { beforeAll, expect, it } from 'vitest'
import { renderResource } from '../../src/convert/render.ts'
import type { FeedProfile } from '../../src/feed/profile.ts'
import type { GraphEvent } from '../../src/graph/types.ts'
import { graphSeries, type EventFields } from '../convert/graph-events.ts'
import { pick, randomFrom } from '../convert/random-series.ts'
import { seedOfRun } from '../ical/random.ts'
import { startBridge } from './harness.ts'

const owner = 'alice@example.com'
const seed = seedOfRun()
const random = randomFrom(seed)
const chance = (share: number): boolean => random() < share

type Field = 'title' | 'place' | 'people' | 'body' | 'link' | 'category'
interface Told {
  readonly event: Pick<GraphEvent, 'sensitivity' | 'showAs' | 'isCancelled' | 'responseStatus'>
  readonly words: Readonly<Record<Field, string>>
  /** One of its categories is the one that some feeds hide. */
  readonly isRed: boolean
}

let count = 0
/** An event of which every field holds a word that is nowhere else. */
function invent(): { readonly told: Told; readonly fields: EventFields } {
  count += 1
  const word = (field: Field): string => `Zq${field}${count}x`
  const words = {
    title: word('title'),
    place: word('place'),
    people: word('people'),
    body: word('body'),
    link: word('link'),
    category: word('category'),
  }
  const sensitivity = pick(random, ['normal', 'personal', 'private', 'confidential'] as const)
  const showAs = pick(random, ['free', 'busy', 'tentative', 'oof'] as const)
  const isCancelled = chance(0.1)
  const responseStatus = pick(random, ['organizer', 'accepted', 'declined'] as const)
  const isRed = chance(0.2)
  const person = { name: `${words.people} N`, address: `${words.people}@fabrikam.example` }
  const own = {
    type: 'required',
    response: responseStatus === 'organizer' ? 'none' : responseStatus,
    emailAddress: { name: 'Alice', address: owner },
  } as const
  return {
    told: { event: { sensitivity, showAs, isCancelled, responseStatus }, words, isRed },
    fields: {
      id: `id-${count}`,
      subject: `${words.title} "<b>; , \\ talk`,
      location: { displayName: `${words.place} 7`, latitude: 52.5, longitude: 13.4 },
      locations: [{ displayName: `${words.place} 7`, latitude: 52.5, longitude: 13.4 }],
      // A rich one stands in the resource three times.
      body: `<p>${count % 2 === 0 ? `<b>${words.body}</b>` : words.body} ${'long '.repeat(count % 40)}</p>`,
      webLink: `https://outlook.example/${words.link}`,
      joinUrl: `https://teams.example/${words.link}`,
      categories: [words.category, ...(isRed ? ['Red'] : [])],
      organizer: responseStatus === 'organizer' ? { name: 'Alice', address: owner } : person,
      isOrganizer: responseStatus === 'organizer',
      attendees: [own, { type: 'optional', response: 'accepted', emailAddress: person }],
      isReminderOn: chance(0.5),
      sensitivity,
      showAs,
      isCancelled,
      responseStatus,
    },
  }
}

/** The text of a random resource, and what was told in it. */
function inventResource(): { readonly uid: string; readonly text: string; readonly told: readonly Told[] } {
  const main = invent()
  const isSeries = chance(0.5)
  const changed = isSeries ? [invent()] : []
  const series = graphSeries({
    main: {
      ...main.fields,
      ...(isSeries
        ? {
            recurrence: {
              pattern: { type: 'daily', interval: 1 },
              range: { type: 'numbered', startDate: '2026-03-03', numberOfOccurrences: 9, recurrenceTimeZone: 'UTC' },
            },
          }
        : {}),
    },
    exceptions: changed.map(({ fields }) => ({
      ...fields,
      originalStart: '2026-03-05T09:00:00Z',
      start: { dateTime: '2026-03-05T12:00:00.0000000', timeZone: 'UTC' },
      end: { dateTime: '2026-03-05T13:00:00.0000000', timeZone: 'UTC' },
    })),
  })
  const uid = `uid-${count}`
  const { text } = renderResource({ uid, series: [series] }, { mailboxZone: 'UTC', addresses: [owner] })
  return { uid, text, told: [main, ...changed].map(({ told }) => told) }
}

const profiles: readonly FeedProfile[] = (['full', 'titles', 'busy'] as const).flatMap((detail) =>
  (['busy', 'hide', 'show'] as const).flatMap((whatIsPrivate) =>
    [false, true].flatMap((isOpen) => {
      if (whatIsPrivate === 'show' && detail !== 'full') return []
      const name = `${detail}-${whatIsPrivate}-${isOpen ? 'open' : 'strict'}`
      const hide = {
        declined: !isOpen,
        free: !isOpen,
        categories: isOpen ? [] : ['Red'],
        title: isOpen ? null : /title\d*7x/,
      }
      return [
        {
          name,
          token: name.padEnd(30, '0'),
          calendars: ['work'],
          detail,
          private: whatIsPrivate,
          reminders: isOpen,
          attendees: isOpen,
          hide,
          expires: undefined,
        },
      ]
    }),
  ),
)

const bridge = startBridge({ feeds: profiles })
const resources = Array.from({ length: 70 }, inventResource)
const altRep = /^DESCRIPTION;ALTREP=/m
beforeAll(() => {
  for (const { uid, text } of resources) bridge.backend.store('work', `${uid}.ics`, text)
})

function isHidden({ event, words, isRed }: Told, { private: whatIsPrivate, hide }: FeedProfile): boolean {
  return (
    event.isCancelled ||
    (event.sensitivity !== 'normal' && whatIsPrivate === 'hide') ||
    (hide.declined && event.responseStatus === 'declined') ||
    (hide.free && event.showAs === 'free') ||
    (hide.categories.length > 0 && isRed) ||
    (hide.title !== null && hide.title.test(words.title))
  )
}

function allowed(told: Told, profile: FeedProfile): readonly Field[] {
  if (isHidden(told, profile) || profile.detail === 'busy') return []
  const isPrivate = told.event.sensitivity !== 'normal'
  if (isPrivate && !(profile.private === 'show' && profile.detail === 'full')) return []
  if (profile.detail === 'titles') return ['title', 'place']
  return ['title', 'place', 'body', 'link', 'category', ...(profile.attendees ? (['people'] as const) : [])]
}

it.each(profiles)('the feed $name holds no word that it must not show', async (profile) => {
  const { status, text } = await bridge.ask(`/feeds/${profile.token}/${profile.name}.ics`, { authorization: null })
  expect(status).toBe(200)
  const seen = new Set(text.replaceAll(/\r\n[ \t]/g, '').match(/Zq[a-z]+\d+x/gi))
  const leaks: string[] = []
  const missing: string[] = []
  for (const { told } of resources) {
    for (const one of told) {
      const may = allowed(one, profile)
      for (const [field, word] of Object.entries(one.words)) {
        const isAllowed = may.some((known) => known === field)
        if (!isAllowed && seen.has(word)) leaks.push(`${word} of ${JSON.stringify(one.event)}`)
        if (isAllowed && field === 'title' && !seen.has(word)) missing.push(`${word} of ${JSON.stringify(one.event)}`)
      }
    }
  }
  expect(leaks, `SEED=${seed}`).toEqual([])
  expect(resources.filter((resource) => altRep.test(resource.text)).length).toBeGreaterThan(20)
  expect(text).not.toMatch(altRep)
  // Nothing is left out by mistake either. Reminders have UIDs of another form.
  expect(missing, `SEED=${seed}`).toEqual([])
  const visible = resources.filter(({ told }) => !told.every((one) => isHidden(one, profile)))
  const uids = new Set(text.match(/(?<=^UID:)uid-\S+/gm))
  expect([...uids].sort(), `SEED=${seed}`).toEqual(visible.map(({ uid }) => uid).sort())
})
