// A file system in memory that knows what has reached the disk: the process can be ended before, within and after any
// operation, and then the power too. What was not flushed may be there, or not, or in part.
import { dirname } from 'node:path'
import type { FileSystem } from '../../src/store/file-system.ts'

/** What ends the process of a test. */
export class Crash extends Error {}

/** When: before or after operation number `operation`, or with its text half written. */
export interface CrashPoint {
  readonly operation: number
  readonly when: 'before' | 'within' | 'after'
}

interface FileNode {
  readonly kind: 'file'
  now: Buffer
  lasting: Buffer
}

interface FolderNode {
  readonly kind: 'folder'
  now: Map<string, Node>
  lasting: Map<string, Node>
  /** Changes of names since the last flush, each as a whole. */
  pending: ((names: Map<string, Node>) => void)[]
}

type Node = FileNode | FolderNode

/** One number of [0, 1) after the other. */
export type Random = () => number

export class CrashFiles implements FileSystem {
  #root: FolderNode = folderNode()
  #operations = 0
  #stamps = 0
  #isDead = false
  #crash: CrashPoint | undefined
  readonly #stamped = new WeakMap<FileNode, number>()
  /** Paths that were written or added to, in order. */
  readonly writes: string[] = []
  /** Paths that writes fail for, as a full disk would. */
  full: RegExp | undefined

  /** Operations that change something, so far. */
  get operations(): number {
    return this.#operations
  }

  /** The process ends there. */
  crashAt(point: CrashPoint | undefined): void {
    this.#crash = point
  }

  /** A new process finds everything as the old one left it. */
  restart(): void {
    this.#isDead = false
    this.#crash = undefined
  }

  /** The power fails: what was not flushed is left to chance. A new process starts afterwards. */
  losePower(random: Random): void {
    this.#root = afterPowerLoss(this.#root, random)
    this.restart()
  }

  /** Paths of all files. */
  paths(): readonly string[] {
    const walk = (path: string, node: Node): readonly string[] =>
      node.kind === 'file' ? [path] : [...node.now].flatMap(([name, inner]) => walk(`${path}/${name}`, inner))
    return walk('', this.#root).toSorted()
  }

  /** Changes a file behind the store's back. */
  damage(path: string, change: (content: Buffer) => Buffer): void {
    const file = this.#file(path)
    if (file === undefined) throw new Error(`no file ${path}`)
    file.now = change(file.now)
    this.#stamp(file)
  }

  async read(path: string): Promise<string | undefined> {
    await this.#look()
    return this.#file(path)?.now.toString('utf8')
  }

  async *lines(path: string): AsyncIterable<string> {
    const text = await this.read(path)
    if (text === undefined) return
    const lines = text.split('\n')
    yield* lines.at(-1) === '' ? lines.slice(0, -1) : lines
  }

  async stamp(path: string): Promise<string | undefined> {
    await this.#look()
    const node = this.#find(path)
    if (node?.kind === 'folder') return 'folder'
    return node && String(this.#stamped.get(node) ?? 0)
  }

  async list(folder: string): Promise<readonly string[]> {
    await this.#look()
    const node = this.#find(folder)
    return node?.kind === 'folder' ? [...node.now.keys()] : []
  }

  async makeFolder(path: string): Promise<void> {
    await this.#change(() => {
      const parts = path.split('/').filter((part) => part !== '')
      let folder = this.#root
      for (const part of parts) {
        const found = folder.now.get(part) ?? folderNode()
        if (found.kind !== 'folder') throw new Error('not a folder')
        if (!folder.now.has(part)) rename(folder, (names) => names.set(part, found))
        folder = found
      }
    })
  }

  async write(path: string, text: string): Promise<void> {
    await this.#put(path, text, () => Buffer.alloc(0))
  }

  async append(path: string, text: string): Promise<void> {
    await this.#put(path, text, (old) => old)
  }

  async cut(path: string, bytes: number): Promise<void> {
    await this.#change(() => {
      const file = this.#file(path)
      if (file === undefined) throw new Error(`no file ${path}`)
      file.now = file.now.subarray(0, bytes)
      this.#stamp(file)
    })
  }

  async flush(path: string): Promise<void> {
    await this.#change(() => {
      const file = this.#file(path)
      if (file === undefined) throw new Error(`no file ${path}`)
      file.lasting = file.now
    })
  }

  async flushFolder(path: string): Promise<void> {
    await this.#change(() => {
      const folder = this.#folder(path)
      folder.lasting = new Map(folder.now)
      folder.pending = []
    })
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#change(() => {
      const folder = this.#folder(dirname(from))
      if (dirname(from) !== dirname(to)) throw new Error('only within a folder')
      const node = folder.now.get(nameOf(from))
      if (node === undefined) throw new Error(`no file ${from}`)
      rename(folder, (names) => {
        names.delete(nameOf(from))
        names.set(nameOf(to), node)
      })
    })
  }

  async remove(path: string): Promise<void> {
    await this.#change(() => {
      const folder = this.#find(dirname(path))
      if (folder?.kind === 'folder' && folder.now.has(nameOf(path))) {
        rename(folder, (names) => names.delete(nameOf(path)))
      }
    })
  }

  async #put(path: string, text: string, keep: (old: Buffer) => Buffer): Promise<void> {
    await this.#look()
    this.writes.push(path)
    if (this.full?.test(path)) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    const put = (part: string): void => {
      const file = this.#file(path) ?? { kind: 'file', now: Buffer.alloc(0), lasting: Buffer.alloc(0) }
      if (this.#file(path) === undefined) rename(this.#folder(dirname(path)), (names) => names.set(nameOf(path), file))
      file.now = Buffer.concat([keep(file.now), Buffer.from(part)])
      this.#stamp(file)
    }
    await this.#change(
      () => put(text),
      () => put(text.slice(0, text.length / 2)),
    )
  }

  async #change(work: () => void, half: () => void = () => undefined): Promise<void> {
    await this.#look()
    this.#operations += 1
    const when = this.#crash?.operation === this.#operations ? this.#crash.when : undefined
    if (when !== undefined) this.#isDead = true
    if (when === 'within') half()
    if (when === 'before' || when === 'within') throw new Crash()
    work()
    if (when === 'after') throw new Crash()
  }

  /** A dead process does nothing any more; a living one gives others a turn. */
  async #look(): Promise<void> {
    await Promise.resolve()
    if (this.#isDead) throw new Crash()
  }

  #stamp(file: FileNode): void {
    this.#stamps += 1
    this.#stamped.set(file, this.#stamps)
  }

  #find(path: string): Node | undefined {
    let node: Node | undefined = this.#root
    for (const part of path.split('/')) {
      if (part === '') continue
      node = node?.kind === 'folder' ? node.now.get(part) : undefined
    }
    return node
  }

  #file(path: string): FileNode | undefined {
    const node = this.#find(path)
    return node?.kind === 'file' ? node : undefined
  }

  #folder(path: string): FolderNode {
    const node = this.#find(path)
    if (node?.kind !== 'folder') throw Object.assign(new Error(`no folder ${path}`), { code: 'ENOENT' })
    return node
  }
}

function folderNode(): FolderNode {
  return { kind: 'folder', now: new Map(), lasting: new Map(), pending: [] }
}

function rename(folder: FolderNode, change: (names: Map<string, Node>) => void): void {
  change(folder.now)
  folder.pending.push(change)
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function afterPowerLoss(folder: FolderNode, random: Random): FolderNode {
  const names = new Map(folder.lasting)
  for (const change of folder.pending) if (random() < 0.5) change(names)
  const rest = folderNode()
  for (const [name, node] of names)
    rest.now.set(name, node.kind === 'file' ? lasting(node, random) : afterPowerLoss(node, random))
  rest.lasting = new Map(rest.now)
  return rest
}

function lasting(file: FileNode, random: Random): FileNode {
  const content = file.lasting.equals(file.now) ? file.now : unflushed(file, random)
  return { kind: 'file', now: content, lasting: content }
}

/** What may be found of a file: the old content, the new one, a part of it, or zeros where its text should be. */
function unflushed({ lasting, now }: FileNode, random: Random): Buffer {
  const isAppended = now.length >= lasting.length && now.subarray(0, lasting.length).equals(lasting)
  const sure = isAppended ? lasting.length : 0
  const reached = now.subarray(0, sure + Math.floor(random() * (now.length - sure + 1)))
  const zeros = Buffer.alloc(now.length - reached.length)
  const found = [lasting, now, reached, Buffer.concat([reached, zeros])]
  return found[Math.floor(random() * found.length)] ?? now
}
