// The texts of a feed's fragments, held small: in compressed blocks they take a sixth of what they are, so that after a change
// those of a calendar of 50,000 events are unpacked and not made again.
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { createPauses } from '../base/pauses.ts'

/** Texts beside each other, in the order in which they came. */
interface Block {
  /** Octets of its texts. */
  length: number
  /** While it is filled. */
  texts: Buffer[]
  /** When it is full. */
  packed: Buffer | undefined
}

interface Place {
  readonly block: Block
  readonly from: number
  readonly to: number
}

// Small enough to be packed in some milliseconds.
const blockLength = 256 * 1024

/** Texts by their hash. */
export class FragmentTexts {
  readonly #places = new Map<string, Place>()
  #filling = emptyBlock()

  /** Octets in memory. */
  get size(): number {
    const blocks = new Set<Block>()
    for (const { block } of this.#places.values()) blocks.add(block)
    let size = 0
    for (const { packed, length } of blocks) size += packed?.length ?? length
    return size
  }

  has(hash: string): boolean {
    return this.#places.has(hash)
  }

  /** Takes a text in; once is enough. */
  add(hash: string, text: Buffer): void {
    if (this.has(hash)) return
    const block = this.#filling
    this.#places.set(hash, { block, from: block.length, to: block.length + text.length })
    block.texts.push(text)
    block.length += text.length
    if (block.length < blockLength) return
    block.packed = deflateRawSync(Buffer.concat(block.texts), { level: 1 })
    block.texts = []
    this.#filling = emptyBlock()
  }

  /** Lets all others go. What is left of a block that has mostly gone moves to another. */
  keepOnly(hashes: ReadonlySet<string>): void {
    const used = new Map<Block, number>()
    for (const [hash, { block, from, to }] of this.#places) {
      if (hashes.has(hash)) used.set(block, (used.get(block) ?? 0) + to - from)
      else this.#places.delete(hash)
    }
    if (!used.has(this.#filling)) this.#filling = emptyBlock()
    const sparse = new Set([...used].filter(([block, octets]) => octets < block.length / 2).map(([block]) => block))
    if (sparse.size > 0) this.#move(sparse)
  }

  /** The texts, in this order; undefined when one of them is not there. */
  async read(hashes: readonly string[]): Promise<readonly Buffer[] | undefined> {
    // Taken at once: others may come and go while blocks are unpacked.
    const places = hashes.flatMap((hash) => this.#places.get(hash) ?? [])
    if (places.length < hashes.length) return undefined
    const pause = createPauses()
    const unpacked = new Map<Block, Buffer>()
    const texts: Buffer[] = []
    for (const { block, from, to } of places) {
      const whole = unpacked.get(block) ?? unpack(block)
      unpacked.set(block, whole)
      texts.push(whole.subarray(from, to))
      await pause()
    }
    return texts
  }

  #move(sparse: ReadonlySet<Block>): void {
    const moving = [...this.#places].filter(([, { block }]) => sparse.has(block))
    if (sparse.has(this.#filling)) this.#filling = emptyBlock()
    const unpacked = new Map([...sparse].map((block) => [block, unpack(block)]))
    for (const [hash, { block, from, to }] of moving) {
      const text = unpacked.get(block)?.subarray(from, to)
      this.#places.delete(hash)
      // A copy: a part would hold the whole block.
      if (text) this.add(hash, Buffer.from(text))
    }
  }
}

function emptyBlock(): Block {
  return { length: 0, texts: [], packed: undefined }
}

function unpack({ packed, texts }: Block): Buffer {
  return packed ? inflateRawSync(packed) : Buffer.concat(texts)
}
