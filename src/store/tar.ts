// Files in one stream and back (POSIX ustar, IEEE 1003.1-1988): plain files only, so that what is read can be nothing else.
import { GraphdavError } from '../base/errors.ts'

/** A file in an archive. The name is a relative path with slashes. */
export interface ArchivedFile {
  readonly name: string
  readonly data: Buffer
}

const blockSize = 512
/** A larger file is none of ours. */
const maxFileSize = 1024 * 1024 * 1024

/** The octets of one file in the archive. `modified` in seconds. Throws `RangeError` when no header can hold the name. */
export function tarFile({ name, data }: ArchivedFile, modified: number): readonly Buffer[] {
  return [headerOf(name, data.length, modified), data, Buffer.alloc(padding(data.length))]
}

/** The end of an archive. */
export const tarEnd: Buffer = Buffer.alloc(2 * blockSize)

/** The files of an archive, one after the other. Throws a `GraphdavError` for what is damaged, cut off or no plain file. */
export async function* readTar(pieces: AsyncIterable<Buffer>): AsyncGenerator<ArchivedFile> {
  const reader = createReader(pieces)
  for (;;) {
    const header = await reader.take(blockSize)
    if (header.every((octet) => octet === 0)) return await reader.drain()
    const { name, size } = parseHeader(header)
    const data = await reader.take(size)
    await reader.take(padding(size))
    yield { name, data }
  }
}

function padding(size: number): number {
  return (blockSize - (size % blockSize)) % blockSize
}

function headerOf(path: string, size: number, modified: number): Buffer {
  const { prefix, name } = split(path)
  const header = Buffer.alloc(blockSize)
  header.write(name, 0, 100)
  header.write('0000600\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  header.write(`${octal(size, 11)}\0`, 124)
  header.write(`${octal(modified, 11)}\0`, 136)
  header.write('        ', 148)
  header.write('0', 156)
  header.write('ustar\u000000', 257)
  header.write(prefix, 345, 155)
  header.write(`${octal(sumOf(header), 6)}\0 `, 148)
  return header
}

function octal(value: number, digits: number): string {
  return Math.trunc(value).toString(8).padStart(digits, '0')
}

// A long path is cut at a slash: what is before it has a field of its own.
function split(path: string): { readonly prefix: string; readonly name: string } {
  if (Buffer.byteLength(path) <= 100) return { prefix: '', name: path }
  const at = path.indexOf('/', Math.max(0, path.length - 101))
  const [prefix, name] = [path.slice(0, Math.max(0, at)), path.slice(at + 1)]
  if (at < 0 || Buffer.byteLength(prefix) > 155 || Buffer.byteLength(name) > 100) {
    throw new RangeError('a path that is too long for an archive')
  }
  return { prefix, name }
}

// The checksum field itself counts as spaces.
function sumOf(header: Buffer): number {
  return header.reduce((sum, octet, at) => sum + (at >= 148 && at < 156 ? 0x20 : octet), 0)
}

function parseHeader(header: Buffer): { readonly name: string; readonly size: number } {
  const size = Number.parseInt(textAt(header, 124, 12), 8)
  const isWhole = Number.parseInt(textAt(header, 148, 8), 8) === sumOf(header) && size >= 0 && size <= maxFileSize
  if (!isWhole) throw damaged()
  const kind = textAt(header, 156, 1)
  if (kind !== '0' && kind !== '') throw new GraphdavError('unsupported', 'the archive holds more than plain files')
  const [prefix, name] = [textAt(header, 345, 155), textAt(header, 0, 100)]
  return { name: prefix === '' ? name : `${prefix}/${name}`, size }
}

function textAt(header: Buffer, from: number, length: number): string {
  const field = header.subarray(from, from + length)
  const end = field.indexOf(0)
  return field.toString('utf8', 0, end < 0 ? length : end)
}

interface Reader {
  take(length: number): Promise<Buffer>
  /** Reads to the end, so that whoever unpacks the stream compares its checksum. */
  drain(): Promise<void>
}

function createReader(pieces: AsyncIterable<Buffer>): Reader {
  const source = pieces[Symbol.asyncIterator]()
  let held: Buffer[] = []
  let size = 0
  return {
    take: async (length) => {
      while (size < length) {
        const next = await source.next()
        if (next.done === true) throw damaged()
        held.push(next.value)
        size += next.value.length
      }
      const all = held.length === 1 && held[0] !== undefined ? held[0] : Buffer.concat(held)
      held = [all.subarray(length)]
      size -= length
      return all.subarray(0, length)
    },
    drain: async () => {
      while ((await source.next()).done !== true);
    },
  }
}

function damaged(): GraphdavError {
  return new GraphdavError('store-broken', 'the archive is damaged or cut off; nothing was restored')
}
