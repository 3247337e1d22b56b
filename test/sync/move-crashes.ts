// A MOVE by a process that dies at one of its requests or disk operations, what somebody does in Outlook before the client
// comes back, and what is there in the end.
import type { MoveRig, Titles } from './move-rig.ts'
import { slugs } from './write-desk.ts'

interface Between {
  readonly name: string
  readonly deed: (rig: MoveRig) => unknown
  /** Done while the move is under way. */
  readonly meanwhile?: (rig: MoveRig) => unknown
  /** What may be there in the end. */
  readonly ends: readonly Titles[]
}

const moved = { work: '', private: 'Lunch' }

const betweens: readonly Between[] = [
  { name: 'nothing', deed: () => undefined, ends: [moved] },
  // A removal that Outlook has done by then is over.
  {
    name: 'a change at the old place',
    deed: (rig) => rig.titles().work !== '' && rig.rename('work', 'Dinner'),
    ends: [moved, { work: 'Dinner', private: '' }],
  },
  {
    name: 'nothing, but a change during the move',
    meanwhile: (rig) => rig.titles().work !== '' && rig.rename('work', 'Dinner'),
    deed: () => undefined,
    ends: [moved, { work: 'Dinner', private: '' }],
  },
  {
    name: 'a change at the new place',
    deed: (rig) => rig.titles().private !== '' && rig.rename('private', 'Supper'),
    ends: [moved, { work: '', private: 'Supper' }],
  },
  {
    name: 'changes at both places',
    deed: (rig) => {
      const { work, private: there } = rig.titles()
      if (work !== '') rig.rename('work', 'Dinner')
      if (there !== '') rig.rename('private', 'Supper')
    },
    ends: [
      moved,
      { work: 'Dinner', private: '' },
      { work: 'Dinner', private: 'Supper' },
      { work: '', private: 'Supper' },
    ],
  },
]

/**
 * Dies at each `every`th point from the `first`, with or without rounds before the repeat; tells where the outcome is not one that
 * is meant.
 */
export async function brokenMoves(rig: MoveRig, first: number, every: number): Promise<readonly string[]> {
  const broken: string[] = []
  for (const { name, deed, meanwhile, ends } of betweens) {
    for (let [point, isDead] = [first, true]; isDead; point += every) {
      const move = await rig.begin()
      if (meanwhile !== undefined) rig.meanwhile(1, () => meanwhile(rig))
      rig.desk.fuse.light(point)
      const answer = await rig.answerTo(move).catch(String)
      isDead = rig.desk.fuse.isBurnt
      await rig.desk.restart({ power: point % 3 === 0 })
      const before = rig.titles()
      const [last] = rig.desk.journal.writesOf('private', 1)
      // What is half made there is made again, or taken back, whoever has changed it; as with every PUT that breaks off.
      const isHalfMade = before.work !== '' && (last?.etag ?? null) === null
      deed(rig)
      const between = rig.titles()
      if (point % 2 === 0) for (const slug of slugs) await rig.desk.round(slug)
      const told = isDead ? await rig.lastAnswerTo(move) : answer
      const after = await rig.shown().catch(String)
      const isMeant = typeof after !== 'string' && ends.some((end) => JSON.stringify(end) === JSON.stringify(after))
      const isKept = typeof after !== 'string' && keepsChanges(between, after, isHalfMade)
      const story = JSON.stringify({ before, between, answer, told, after })
      // It was all done, and is another event since: there is nothing left to move.
      const isOver = told === 'not-found' && last?.state === 'done' && between.private !== before.private
      if (!isMeant || !isKept || !(isOver || /^(created|updated|conflict)$/.test(told)))
        broken.push(`${name}, dead at ${point}: ${story}`)
      rig.clear()
    }
  }
  return broken
}

// What somebody has made of it is there in the end.
function keepsChanges(between: Titles, after: Titles, isHalfMade: boolean): boolean {
  const made = slugs
    .filter((slug) => !(isHalfMade && slug === 'private'))
    .map((slug) => between[slug])
    .filter((title) => title !== '' && title !== 'Lunch')
  return made.every((title) => slugs.some((slug) => after[slug] === title))
}
