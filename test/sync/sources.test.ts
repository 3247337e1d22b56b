// Every kind of calendar that an account can read: the same rounds, below the calendar's own path.
import { afterEach, expect, it } from 'vitest'
import type { Log } from '../../src/base/log.ts'
import type { CalendarSource } from '../../src/graph/calendars.ts'
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts'
import { startPoller } from './poller-rig.ts'
import { JumpingClock, Rig, series, single, type RigOptions } from './rig.ts'

let tenant: Simulator | undefined

afterEach(async () => {
  await tenant?.stop()
  tenant = undefined
})

const weekly = { type: 'weekly', interval: 1, daysOfWeek: ['monday'], firstDayOfWeek: 'monday' }
const frontdesk = 'frontdesk@fabrikam.example'

async function start(options: (tenant: Simulator) => RigOptions): Promise<Rig> {
  const clock = new JumpingClock()
  tenant = await startSimulator({ events: 0, clock })
  return Rig.on(tenant, { clock, ...options(tenant) })
}

function groupOf({ tenant: { mailboxes } }: Simulator): CalendarSource {
  return { group: [...mailboxes.values()].find(({ kind }) => kind === 'group')?.id ?? '' }
}

it.each<[string, (tenant: Simulator) => RigOptions]>([
  ['the own default calendar', () => ({})],
  ['another calendar of the mailbox', () => ({ source: { name: 'Personal' } })],
  ['a calendar inside a calendar group', () => ({ source: { calendarGroup: 'Projects', name: 'Harbour' } })],
  ['a shared mailbox', () => ({ mailbox: frontdesk })],
  ['a calendar that somebody shares, by name', () => ({ source: { user: frontdesk, name: 'Calendar' } })],
  ['the calendar of a Microsoft 365 group', (own) => ({ source: groupOf(own) })],
])('%s is read through its own path, series and all', async (_, options) => {
  const own = await start(options)
  const { control } = own.tenant
  const { id: lunch } = control.createEvent(own.where(), single('Lunch', '2026-03-05T12:00:00'))
  const { id: course } = control.createEvent(own.where(), series('Course', '2026-03-02T12:00:00', weekly))
  control.updateInstance(course, '2026-03-09', { subject: 'Course moved' })
  control.cancelInstance(course, '2026-03-16')
  await own.round()
  expect(await own.titles()).toEqual(['Course', 'Course moved', 'Lunch'])
  expect(await own.shown()).toEqual(own.expected())

  control.updateEvent(lunch, { subject: 'Brunch' })
  control.cancelInstance(course, '2026-03-23')
  own.tenant.setSwitches({ deltaMasters: 'never' })
  await own.round()
  expect(await own.shown()).toEqual(own.expected())
  const { basePath } = await own.calendar()
  const reads = own.tenant.log.list().filter(({ path }) => path.includes('/events/'))
  expect(reads.length).toBeGreaterThan(0)
  expect(reads.every(({ path }) => decodeURIComponent(path).startsWith(`/v1.0${decodeURIComponent(basePath)}/`))).toBe(
    true,
  )
  expect(own.tenant.violations).toEqual([])
})

it.each([
  ['of a shared mailbox', { user: frontdesk }, 'other'],
  ['of one’s own', { name: 'Personal' }, 'own'],
] as const)('a calendar %s that never had events says so', async (_, source, mailbox) => {
  const said: unknown[] = []
  const note = (message: string, facts?: object): void => void said.push([message, facts])
  const log: Log = { error: note, warn: note, info: () => undefined, debug: () => undefined, child: () => log }
  const own = await startPoller({ calendars: { work: source }, log })
  tenant = own.tenant
  await own.poller.syncNow('work')
  expect(said).toEqual([['the calendar holds no events', { mailbox }]])
})
