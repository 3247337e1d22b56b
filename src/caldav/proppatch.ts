// PROPPATCH (RFC 4918 §9.2): all or nothing. What is set is the user's own and local, also on calendars that are
// read-only: macOS stops syncing after a refusal.
import { preferenceOf } from './exchange.ts'
import { maxPropertiesOfOne, maxPropertiesOfUser, maxPropertyLength } from './limits.ts'
import { methodNotAllowed } from './method-not-allowed.ts'
import { openSession, type Exchange, type Method } from './method.ts'
import { multistatus, propstat } from './multistatus.ts'
import { dav, isSameName, keyOf, type Name } from './names.ts'
import { DavError } from './preconditions.ts'
import { rowOf, storedPath } from './properties/lookup.ts'
import { appliedPreferences } from './propfind.ts'
import { readXml } from './request-xml.ts'
import { findSubject, hrefOfSubject, type Session, type Subject } from './subject.ts'
import { twinOf } from './time-zone.ts'
import { childrenNamed, element, elementsOf, printStandalone, textOf, type XmlElement } from './xml.ts'
import type { StoredProperty } from './user-properties.ts'

/** One step of a propertyupdate. */
export interface Instruction {
  readonly kind: 'set' | 'remove'
  readonly property: XmlElement
}

/** Why an instruction cannot be followed. */
interface Obstacle {
  readonly status: 403 | 409 | 507
  readonly precondition?: XmlElement
}

/** Answers PROPPATCH. */
export const proppatch: Method = async (exchange) => {
  const { request } = exchange
  const instructions = parseBody(await readXml(request))
  const { href, obstacles } = await exchange.inTurn(request.user, () => change(exchange, instructions))
  if (obstacles.size === 0 && preferenceOf(request, 'return') === 'minimal') {
    return { status: 200, headers: appliedPreferences(request), body: '' }
  }
  return multistatus([element(dav('response'), element(dav('href'), href), ...outcome(instructions, obstacles))])
}

async function change(
  exchange: Exchange,
  instructions: readonly Instruction[],
): Promise<{ readonly href: string; readonly obstacles: ReadonlyMap<Instruction, Obstacle> }> {
  const session = await openSession(exchange)
  const subject = await findSubject(exchange.location, session, exchange.backend)
  const path = storedPath(subject, session)
  if (path === undefined) throw methodNotAllowed(subject, session, 'properties cannot be set here')
  const after = follow(instructions, session.stored.get(path) ?? [])
  const obstacles = obstaclesOf(instructions, isFull(path, after, session))
  if (obstacles.size === 0) await keep(exchange, { session, subject, path, instructions, after })
  return { href: hrefOfSubject(subject, session), obstacles }
}

// A name that Graph takes is the calendar's, not the user's own.
async function keep(
  { backend, userProperties }: Exchange,
  {
    session,
    subject,
    path,
    instructions,
    after,
  }: {
    readonly session: Session
    readonly subject: Subject
    readonly path: string
    readonly instructions: readonly Instruction[]
    readonly after: readonly StoredProperty[]
  },
): Promise<void> {
  const isName = ({ property }: Instruction): boolean => isSameName(property.name, dav('displayname'))
  const last = instructions.findLast(isName)
  const name = last?.kind === 'set' ? textOf(last.property).trim() : ''
  const isTaken =
    subject.kind === 'collection' &&
    subject.collection.access === 'read-write' &&
    name !== '' &&
    (await backend.renameCollection(session.user, subject.collection.slug, name))
  const kept = isTaken ? after.filter((property) => !isSameName(property, dav('displayname'))) : after
  await userProperties.write(session.user, path, kept)
}

function parseBody(root: XmlElement | undefined): readonly Instruction[] {
  if (root === undefined || !isSameName(root.name, dav('propertyupdate'))) {
    throw new DavError('bad-request', 'the body has to be a propertyupdate')
  }
  const instructions = elementsOf(root).flatMap((step): readonly Instruction[] => {
    const isSet = isSameName(step.name, dav('set'))
    if (!isSet && !isSameName(step.name, dav('remove'))) return []
    return childrenNamed(step, dav('prop')).flatMap((prop) =>
      elementsOf(prop).map((property) => ({
        kind: isSet ? 'set' : 'remove',
        property: withLanguage(property, [prop, step, root]),
      })),
    )
  })
  if (instructions.length === 0) throw new DavError('bad-request', 'the propertyupdate changes nothing')
  return instructions
}

// The language of a value is part of it, also where an element around it says so (RFC 4918 §4.3).
function withLanguage(property: XmlElement, around: readonly XmlElement[]): XmlElement {
  const [language] = [property, ...around].flatMap(({ attributes }) =>
    attributes.filter(({ name }) => name.local === 'lang' && name.namespace !== ''),
  )
  if (!language || property.attributes.includes(language)) return property
  return { ...property, attributes: [...property.attributes, language] }
}

/** What is stored when the instructions were followed. */
export function follow(
  instructions: readonly Instruction[],
  before: readonly StoredProperty[],
): readonly StoredProperty[] {
  const stored = new Map(before.map((property) => [keyOf(property), property]))
  for (const { kind, property } of instructions) {
    stored.delete(keyOf(property.name))
    if (kind === 'remove') continue
    const twin = twinOf(property.name)
    if (twin) stored.delete(keyOf(twin))
    stored.set(keyOf(property.name), { ...property.name, xml: printStandalone(property) })
  }
  return [...stored.values()]
}

function obstaclesOf(instructions: readonly Instruction[], hasNoRoom: boolean): ReadonlyMap<Instruction, Obstacle> {
  const found = instructions.flatMap((instruction): readonly (readonly [Instruction, Obstacle])[] => {
    const obstacle = obstacleTo(instruction, hasNoRoom)
    return obstacle === undefined ? [] : [[instruction, obstacle]]
  })
  return new Map(found)
}

// What is there already may always be made less.
function isFull(path: string, after: readonly StoredProperty[], { stored }: Session): boolean {
  if (after.length > maxPropertiesOfOne || after.some(({ xml }) => xml.length > maxPropertyLength)) return true
  const lengthOf = (properties: readonly StoredProperty[]): number =>
    properties.reduce((sum, { xml }) => sum + xml.length, 0)
  const others = [...stored].reduce((sum, [other, properties]) => sum + (other === path ? 0 : lengthOf(properties)), 0)
  return others + lengthOf(after) > maxPropertiesOfUser
}

function obstacleTo({ kind, property }: Instruction, hasNoRoom: boolean): Obstacle | undefined {
  const setting = rowOf(property.name)?.set ?? 'per-user'
  if (setting === 'protected') {
    return { status: 403, precondition: element(dav('cannot-modify-protected-property')) }
  }
  if (kind === 'remove') return undefined
  if (hasNoRoom) return { status: 507 }
  return setting !== 'per-user' && setting(property) !== undefined ? { status: 409 } : undefined
}

// One propstat per status; each property once.
function outcome(
  instructions: readonly Instruction[],
  obstacles: ReadonlyMap<Instruction, Obstacle>,
): readonly XmlElement[] {
  const statuses = new Map<
    string,
    { readonly name: Name; readonly status: number; readonly precondition?: XmlElement }
  >()
  for (const instruction of instructions) {
    const { name } = instruction.property
    const before = statuses.get(keyOf(name))
    const now = obstacles.get(instruction) ?? { status: obstacles.size === 0 ? 200 : 424 }
    if (before === undefined || before.status === 424) statuses.set(keyOf(name), { name, ...now })
  }
  const all = [...statuses.values()]
  return [...new Set(all.map(({ status }) => status))].map((status) => {
    const same = all.filter((one) => one.status === status)
    return propstat(
      status,
      same.map(({ name }) => element(name)),
      same[0]?.precondition,
    )
  })
}
