// Ids in both families, change keys and iCalUIds as Exchange makes them: opaque to clients, repeatable from the seed.
// Graph pages "Get immutable identifiers for Outlook resources", "event resource type"; graph ids are case-sensitive.
import { sha256Hex } from '../base/hash.ts'
import { type Day, datePartsOf } from './days.ts'

/** The default ("REST") family, or the one that `Prefer: IdType="ImmutableId"` asks for. */
export type IdFamily = 'default' | 'immutable'

/** What makes an event's ids: both parts stay hidden inside longer texts. */
export interface IdParts {
  /** 112 characters; another one when the event changes its folder. */
  readonly default: string
  /** 41 characters, for ever. */
  readonly immutable: string
}

/** An id taken apart. `slot` is there for occurrences and exceptions. */
export interface ParsedId {
  readonly family: IdFamily
  readonly mailboxPart: string
  readonly part: string
  readonly slot: Day | undefined
}

const dayOffset = 1_000_000

export function eventIdParts(seed: string, serial: number, folderMoves: number): IdParts {
  return {
    default: twin(opaque(`${seed}/event/${serial >> 1}/${folderMoves}`, 112), serial),
    immutable: twin(opaque(`${seed}/immutable/${serial >> 1}`, 41), serial),
  }
}

/** Every second event differs from the one before it by the case of one letter only: ids are case-sensitive. */
function twin(text: string, serial: number): string {
  return `${text.slice(0, -2)}${serial % 2 === 0 ? 'q' : 'Q'}${text.slice(-1)}`
}

/** What a mailbox puts into the ids and keys of its items; made once per mailbox. */
export interface MailboxKeys {
  /** 22 and 10 characters in the ids of the two families. */
  readonly default: string
  readonly immutable: string
  /** First 18 bytes of each change key. */
  readonly changeKey: Buffer
  /** The etag's inner text of occurrence stubs in delta: it looks constant, whatever the version. */
  readonly stub: string
}

export function mailboxKeysOf(seed: string, mailboxId: string): MailboxKeys {
  return {
    default: opaque(`${seed}/mailbox/${mailboxId}`, 22),
    immutable: opaque(`${seed}/immutable mailbox/${mailboxId}`, 10),
    changeKey: bytes(`${seed}/key/${mailboxId}`, 18),
    stub: `DwAAABYAAAC${opaque(`${seed}/stub/${mailboxId}`, 21)}AAHdnbg`,
  }
}

/** The id of an event, or with `slot` of one instance of its series, as the mailbox with these keys sees it. */
export function eventId(keys: MailboxKeys, parts: IdParts, family: IdFamily, slot?: Day): string {
  const isSlot = slot !== undefined
  const middle = isSlot ? `AFRAAg${(slot + dayOffset).toString(36).padStart(8, 'A')}` : 'AEYAAAAA'
  return family === 'default'
    ? `AAMkAD${keys.default}${middle}${parts.default}${isSlot ? 'EA==' : 'AAA='}`
    : `AAkALg${keys.immutable}${middle}${parts.immutable}${isSlot ? 'E==' : 'AA='}`
}

/** Takes an event id apart; undefined for a text that cannot be one. */
export function parseEventId(id: string): ParsedId | undefined {
  const found =
    /^AAMkAD(.{22})(?:AEYAAAAA(.{112})AAA=|AFRAAg(.{8})(.{112})EA==)$/.exec(id) ??
    /^AAkALg(.{10})(?:AEYAAAAA(.{41})AA=|AFRAAg(.{8})(.{41})E==)$/.exec(id)
  if (!found) return undefined
  const [, owner = '', mainPart, slotText, slotPart] = found
  const slot = slotText === undefined ? undefined : Number.parseInt(slotText.replace(/^A+/, ''), 36) - dayOffset
  return {
    family: id.startsWith('AAMk') ? 'default' : 'immutable',
    mailboxPart: owner,
    part: mainPart ?? slotPart ?? '',
    slot,
  }
}

/** The id of a calendar or calendar group. */
export function folderId(seed: string, name: string, family: IdFamily): string {
  return family === 'default'
    ? `AAMkAD${opaque(`${seed}/${name}`, 110)}AAA=`
    : `AAkALg${opaque(`${seed}/${name}`, 58)}A==`
}

/** Base64 of 22 bytes; another one for every version. */
export function changeKeyOf(keys: MailboxKeys, version: number): string {
  return Buffer.concat([keys.changeKey, numberBytes(version + 0x0776_0000)]).toString('base64')
}

/** The hex text of an Exchange-born meeting: class id, instance date (zero on the master), creation time, random data. */
export function newICalUId(seed: string, serial: number, slot?: Day): string {
  const data = sha256Hex(`${seed}/uid/${serial}`).toUpperCase()
  return `040000008200E00074C5B7101A82E008${dateDigits(slot)}${data.slice(0, 16)}000000000000000010000000${data.slice(16, 48)}`
}

/** An occurrence's iCalUId: the date stands in hex digits 33-40; a foreign UID stays as it is. */
export function datedICalUId(uid: string, slot: Day): string {
  return /^040000008200E00074C5B7101A82E008/i.test(uid) ? `${uid.slice(0, 32)}${dateDigits(slot)}${uid.slice(40)}` : uid
}

function dateDigits(slot: Day | undefined): string {
  if (slot === undefined) return '00000000'
  const { year, month, day } = datePartsOf(slot)
  const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0')
  return `${hex(year, 4)}${hex(month, 2)}${hex(day, 2)}`.toUpperCase()
}

/** A repeatable GUID. */
export function guidOf(text: string): string {
  const hex = sha256Hex(text)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** `length` URL-safe base64 characters that say nothing. */
export function opaque(text: string, length: number): string {
  let found = ''
  for (let block = 0; found.length < length; block += 1) {
    found += Buffer.from(sha256Hex(`${text}#${block}`), 'hex').toString('base64url')
  }
  return found.slice(0, length)
}

function bytes(text: string, length: number): Buffer {
  return Buffer.from(sha256Hex(text), 'hex').subarray(0, length)
}

function numberBytes(value: number): Buffer {
  const four = Buffer.alloc(4)
  four.writeUInt32BE(value >>> 0)
  return four
}
