// Texts of fragments in compressed blocks.
import { describe, expect, it } from 'vitest'
import { FragmentTexts } from '../../src/feed/texts.ts'
import { Chance } from '../sync/editor.ts'

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9))

/** A text of about `length` octets that compresses as events do. */
function textOf(name: string, length = 2000): string {
  const line = `DESCRIPTION:what ${name} says of it, ünd möre\r\n`
  return line.repeat(Math.ceil(length / line.length))
}

/** As strings: comparing buffers takes its time. */
async function read(texts: FragmentTexts, hashes: Iterable<string>): Promise<readonly string[] | undefined> {
  return (await texts.read([...hashes]))?.map(String)
}

function filled(names: readonly string[], length?: number): FragmentTexts {
  const texts = new FragmentTexts()
  for (const name of names) texts.add(name, Buffer.from(textOf(name, length)))
  return texts
}

const names = Array.from({ length: 500 }, (_, number) => `event-${number}`)

describe('texts of fragments', () => {
  it('come back as they were, in the order asked for', async () => {
    const texts = filled(names)
    const wanted = names.toReversed()
    expect(await read(texts, wanted)).toEqual(wanted.map((name) => textOf(name)))
  })

  it('are undefined together when one is not there', async () => {
    expect(await filled(names).read(['event-1', 'somebody else'])).toBeUndefined()
  })

  it('take less memory than they are long', () => {
    expect(filled(names).size).toBeLessThan(500_000)
    expect(filled(names.slice(0, 3)).size).toBe(Buffer.byteLength(textOf('event-1').repeat(3)))
  })

  it('that are not used any more give their memory back', async () => {
    const texts = filled(names)
    texts.keepOnly(new Set(names.slice(0, 2)))
    expect(texts.size).toBe(Buffer.byteLength(textOf('event-1').repeat(2)))
    expect(await read(texts, names.slice(0, 2))).toEqual(names.slice(0, 2).map((name) => textOf(name)))
    expect(texts.has('event-2')).toBe(false)
  })

  it('are read as they were when others go in the middle of it', async () => {
    const texts = filled(names, 20_000)
    const reading = read(texts, names)
    texts.keepOnly(new Set())
    for (const name of names.slice(0, 100)) texts.add(name, Buffer.from(textOf('another')))
    expect(await reading).toEqual(names.map((name) => textOf(name, 20_000)))
  })

  it(`are what was put in after any sequence of changes (SEED=${seed})`, async () => {
    const chance = new Chance(seed)
    const texts = new FragmentTexts()
    const expected = new Map<string, string>()
    for (let step = 0; step < 300; step += 1) {
      const name = `text-${step}`
      const text = textOf(name, chance.between(1, 40_000))
      expected.set(name, text)
      texts.add(name, Buffer.from(text))
      if (chance.is(0.75)) continue
      for (const known of expected.keys()) if (chance.is(0.2)) expected.delete(known)
      texts.keepOnly(new Set(expected.keys()))
    }
    expect(await read(texts, expected.keys())).toEqual([...expected.values()])
  })
})
