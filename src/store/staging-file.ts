// What a new chain has collected so far: one line a record, added and flushed one by one, so that a kill loses at most the
// record that was just being written. A line is a checksum, a space and JSON. One writer.
import { dirname } from 'node:path'
import { sha256Hex } from '../base/hash.ts'
import { ioNamed } from './file-database.ts'
import type { FileSystem } from './file-system.ts'

const checksumLength = 16

export class StagingFile {
  readonly #path: string
  readonly #files: FileSystem
  /** The file was seen to end with a whole record, and nothing has gone wrong since. */
  #isWhole = false

  constructor(path: string, files: FileSystem) {
    this.#path = path
    this.#files = files
  }

  async append(record: unknown): Promise<void> {
    const json = JSON.stringify(record)
    await ioNamed(this.#path, async () => {
      if (!this.#isWhole) await this.#mend()
      this.#isWhole = false
      await this.#files.append(this.#path, `${checksum(json)} ${json}\n`)
      await this.#files.flush(this.#path)
      this.#isWhole = true
    })
  }

  /** The records up to the first damaged one: what a chain has collected can be collected again. */
  async *records(): AsyncIterable<unknown> {
    for await (const line of this.#files.lines(this.#path)) {
      const json = line.slice(checksumLength + 1)
      if (line.slice(0, checksumLength) !== checksum(json)) return
      yield JSON.parse(json)
    }
  }

  /** Makes what is there last. */
  async flush(): Promise<void> {
    if ((await this.#files.stamp(this.#path)) !== undefined) await this.#files.flush(this.#path)
  }

  async drop(): Promise<void> {
    this.#isWhole = false
    await ioNamed(this.#path, async () => {
      await this.#files.remove(this.#path)
      await this.#files.flushFolder(dirname(this.#path))
    })
  }

  /** Makes the file, or cuts off what a process that died had begun to write. */
  async #mend(): Promise<void> {
    let whole = 0
    for await (const line of this.#files.lines(this.#path)) {
      if (line.slice(0, checksumLength) !== checksum(line.slice(checksumLength + 1))) break
      whole += Buffer.byteLength(line) + 1
    }
    await this.#files.append(this.#path, '')
    await this.#files.cut(this.#path, whole)
    await this.#files.flushFolder(dirname(this.#path))
  }
}

function checksum(json: string): string {
  return sha256Hex(json).slice(0, checksumLength)
}
