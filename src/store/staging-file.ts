// What a new chain has collected so far: one JSON line a record, added and flushed one by one, so that a kill loses at most
// the record that was just being written.
import { dirname } from 'node:path'
import { ioNamed } from './file-database.ts'
import type { FileSystem } from './file-system.ts'

export class StagingFile {
  readonly #path: string
  readonly #files: FileSystem
  /** That the file ends with a whole record was seen, and nothing has gone wrong since. */
  #isWhole = false

  constructor(path: string, files: FileSystem) {
    this.#path = path
    this.#files = files
  }

  async append(record: unknown): Promise<void> {
    await ioNamed(this.#path, async () => {
      if (!this.#isWhole) await this.#mend()
      this.#isWhole = false
      await this.#files.append(this.#path, `${JSON.stringify(record)}\n`)
      await this.#files.flush(this.#path)
      this.#isWhole = true
    })
  }

  async *records(): AsyncIterable<unknown> {
    const text = whole((await this.#files.read(this.#path)) ?? '')
    for (const line of text.split('\n')) if (line !== '') yield JSON.parse(line)
  }

  async drop(): Promise<void> {
    this.#isWhole = false
    await ioNamed(this.#path, () => this.#files.remove(this.#path))
  }

  /** Makes the file, or cuts off what a process that died had begun to write. */
  async #mend(): Promise<void> {
    const text = await this.#files.read(this.#path)
    if (text === undefined) {
      await this.#files.write(this.#path, '')
      await this.#files.flushFolder(dirname(this.#path))
    } else if (text !== whole(text)) await this.#files.cut(this.#path, Buffer.byteLength(whole(text)))
  }
}

/** The text without a last line that was not written to its end. */
function whole(text: string): string {
  return text.slice(0, text.lastIndexOf('\n') + 1)
}
