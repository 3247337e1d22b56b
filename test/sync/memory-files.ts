// Files in memory that can die: at any operation the process "ends", and what was not flushed is then lost, kept or torn at
// random, as a disk may do. Content and folder entries are flushed apart from each other, as in POSIX.
import { dirname, join } from 'node:path'
import type { FileSystem } from '../../src/store/file-system.ts'
import type { Chance } from './editor.ts'

/** The process has ended at this point. */
export class Crash extends Error {
  constructor() {
    super('the process has ended here')
  }
}

/** Counts operations of every kind down to the one at which the process ends. */
export class Fuse {
  #left = Infinity
  #isBurnt = false

  /** The process ends at the `operations`-th operation from now, before or after it by chance. */
  light(operations: number): void {
    this.#left = operations
    this.#isBurnt = false
  }

  get isBurnt(): boolean {
    return this.#isBurnt
  }

  /** A new process: nothing is about to end it. */
  replace(): void {
    this.#left = Infinity
    this.#isBurnt = false
  }

  /** Called at each point at which a process may end. */
  pass(): void {
    if (this.#isBurnt) throw new Crash()
    this.#left -= 1
    if (this.#left > 0) return
    this.#isBurnt = true
    throw new Crash()
  }
}

interface Inode {
  text: string
  durable: string
  stamp: number
}

/** A whole disk. Handles of processes that have ended can do nothing any more. */
export class MemoryDisk {
  readonly #chance: Chance
  #entries = new Map<string, Inode>()
  #durable = new Map<string, Inode>()
  readonly #folders = new Set<string>()
  #stamps = 0

  constructor(chance: Chance) {
    this.#chance = chance
  }

  /** The files as one process sees them, until its fuse burns. */
  files(fuse: Fuse): FileSystem {
    const step = <T>(work: () => T): Promise<T> =>
      new Promise((resolve) => {
        fuse.pass()
        const result = work()
        fuse.pass()
        resolve(result)
      })
    return {
      read: (path) => step(() => this.#entries.get(path)?.text),
      lines: (path) => this.#lines(path, fuse),
      stamp: (path) => step(() => this.#stampOf(path)),
      list: (folder) => step(() => this.#namesIn(folder)),
      makeFolder: (folder) => step(() => this.#makeFolder(folder)),
      write: (path, text) => step(() => this.#put(path, text)),
      append: (path, text) => step(() => this.#append(path, text)),
      cut: (path, bytes) =>
        step(() => {
          const inode = this.#existing(path)
          this.#change(inode, Buffer.from(inode.text).subarray(0, bytes).toString())
        }),
      flush: (path) =>
        step(() => {
          const inode = this.#existing(path)
          inode.durable = inode.text
        }),
      flushFolder: (folder) => step(() => this.#flushFolder(folder)),
      rename: (from, to) => step(() => this.#rename(from, to)),
      remove: (path) => step(() => this.#remove(path)),
    }
  }

  /** The power is gone: what was not flushed survives by chance, whole, torn or not at all. */
  lose(): void {
    const paths = new Set([...this.#entries.keys(), ...this.#durable.keys()])
    const after = new Map<string, Inode>()
    for (const path of paths) {
      const [now, durable] = [this.#entries.get(path), this.#durable.get(path)]
      const survivor = now === durable || this.#chance.is(0.5) ? durable : now
      if (survivor !== undefined) after.set(path, survivor)
    }
    for (const inode of new Set(after.values())) {
      if (inode.text === inode.durable) continue
      const torn = inode.text.slice(0, this.#chance.between(0, inode.text.length))
      this.#change(inode, this.#chance.pick([inode.text, inode.durable, torn]))
      inode.durable = inode.text
    }
    this.#entries = after
    this.#durable = new Map(after)
  }

  async *#lines(path: string, fuse: Fuse): AsyncGenerator<string, void, undefined> {
    const lines = (this.#entries.get(path)?.text ?? '').split('\n')
    for (const line of lines.slice(0, -1)) {
      fuse.pass()
      yield await Promise.resolve(line)
    }
  }

  get size(): number {
    return [...this.#entries.values()].reduce((sum, { text }) => sum + text.length, 0)
  }

  #existing(path: string): Inode {
    const inode = this.#entries.get(path)
    if (inode === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' })
    return inode
  }

  #change(inode: Inode, text: string): void {
    this.#stamps += 1
    inode.text = text
    inode.stamp = this.#stamps
  }

  #put(path: string, text: string): void {
    const inode = this.#entries.get(path) ?? { text: '', durable: '', stamp: 0 }
    this.#change(inode, text)
    this.#entries.set(path, inode)
  }

  #append(path: string, text: string): void {
    this.#put(path, (this.#entries.get(path)?.text ?? '') + text)
  }

  #stampOf(path: string): string | undefined {
    const inode = this.#entries.get(path)
    if (inode !== undefined) return `${inode.stamp}`
    return this.#folders.has(path) ? 'folder' : undefined
  }

  #namesIn(folder: string): readonly string[] {
    const paths = [...this.#entries.keys(), ...this.#folders].filter((path) => path.startsWith(`${folder}/`))
    return [...new Set(paths.map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''))]
  }

  // Folders are simple here: they last from when they are made.
  #makeFolder(folder: string): void {
    for (let path = folder; path !== '/' && path !== '.'; path = dirname(path)) this.#folders.add(path)
  }

  #flushFolder(folder: string): void {
    for (const path of new Set([...this.#entries.keys(), ...this.#durable.keys()])) {
      if (dirname(path) !== folder) continue
      const inode = this.#entries.get(path)
      if (inode === undefined) this.#durable.delete(path)
      else this.#durable.set(path, inode)
    }
  }

  #rename(from: string, to: string): void {
    const inode = this.#entries.get(from)
    if (inode !== undefined) {
      this.#entries.delete(from)
      this.#entries.set(to, inode)
      return
    }
    if (!this.#folders.has(from)) throw Object.assign(new Error(`ENOENT: ${from}`), { code: 'ENOENT' })
    // A folder moves at once and with all that is in it.
    for (const map of [this.#entries, this.#durable]) {
      for (const [path, content] of Array.from(map)) {
        if (!path.startsWith(`${from}/`)) continue
        map.delete(path)
        map.set(join(to, path.slice(from.length + 1)), content)
      }
    }
    for (const folder of Array.from(this.#folders)) {
      if (folder !== from && !folder.startsWith(`${from}/`)) continue
      this.#folders.delete(folder)
      this.#folders.add(folder === from ? to : join(to, folder.slice(from.length + 1)))
    }
  }

  #remove(path: string): void {
    this.#entries.delete(path)
    if (!this.#folders.has(path)) return
    for (const entry of Array.from(this.#entries.keys())) if (entry.startsWith(`${path}/`)) this.#entries.delete(entry)
    for (const folder of Array.from(this.#folders))
      if (folder === path || folder.startsWith(`${path}/`)) this.#folders.delete(folder)
  }
}
