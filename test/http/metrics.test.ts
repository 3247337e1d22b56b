// /metrics and /mobileconfig over HTTP: who may see them, and what they show.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createMetrics } from '../../src/server/metrics.ts'
import { hourOn } from '../caldav/texts.ts'
import { basic, startBridge } from './harness.ts'
import { authorization, startWorld } from './program.ts'

const measured = createMetrics()
afterAll(() => measured.close())
const calendars = () => [
  { slug: 'work', state: 'ok', ageSeconds: 12.5, events: 40, resources: 38, heldRemovals: 0 },
  { slug: 'home', state: 'first-round', ageSeconds: undefined, events: 0, resources: 0, heldRemovals: 0 },
]
const bridge = startBridge({ metrics: { measured, calendars }, publicUrl: 'https://cal.example.org/cal' })
const anonymous = { authorization: null }

describe('/metrics', () => {
  it('shows the calendars, what was answered, what Graph was asked, the loop and memory', async () => {
    measured.graphAnswered({ method: 'GET', status: 429, ms: 250 })
    await bridge.ask('/healthz', anonymous)
    await bridge.ask('/healthz', { ...anonymous, method: 'LOCK' })
    const { status, headers, text } = await bridge.ask('/metrics', anonymous)
    expect(status).toBe(200)
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(text).toContain('graphdav_calendar_age_seconds{calendar="work"} 12.5')
    expect(text).not.toContain('graphdav_calendar_age_seconds{calendar="home"}')
    expect(text).toContain('graphdav_calendar_state{calendar="home",state="first-round"} 1')
    expect(text).toContain('graphdav_graph_requests_total{method="GET",status="429"} 1')
    expect(text).toContain('graphdav_http_requests_total{method="GET",status="200"} 1')
    expect(text).toMatch(/graphdav_http_requests_total\{method="other",status="\d+"\} 1/)
    expect(text).toMatch(/graphdav_event_loop_lag_seconds [\d.]+/)
    expect(text).toMatch(/process_resident_memory_bytes \d{7,}/)
  })

  it('shows rounds with their seconds and result, and writes by who heard of them', async () => {
    for (const ms of [200, 4_000]) measured.roundEnded({ calendar: 'work', result: 'ok', ms })
    measured.roundEnded({ calendar: 'work', result: 'graph', ms: 90_000 })
    measured.writeEnded({ kind: 'put', reach: 'mail', result: 'done' })
    measured.writeEnded({ kind: 'delete', reach: 'silent', result: 'refused' })
    const { text } = await bridge.ask('/metrics', anonymous)
    expect(text).toContain('graphdav_round_seconds_count{calendar="work",result="ok"} 2')
    expect(text).toContain('graphdav_round_seconds_sum{calendar="work",result="ok"} 4.2')
    expect(text).toContain('graphdav_round_seconds_bucket{le="0.25",calendar="work",result="ok"} 1')
    expect(text).toContain('graphdav_round_seconds_count{calendar="work",result="graph"} 1')
    expect(text).toContain('graphdav_writes_total{kind="put",reach="mail",result="done"} 1')
    expect(text).toContain('graphdav_writes_total{kind="delete",reach="silent",result="refused"} 1')
  })

  it('shows what the guide says, and nothing else', async () => {
    const guide = readFileSync(join(import.meta.dirname, '../../docs/install.md'), 'utf8')
    const told = guide.slice(guide.indexOf('### Metrics')).match(/`(?:graphdav|process|nodejs)_[a-z_]+`/g) ?? []
    const { text } = await bridge.ask('/metrics', anonymous)
    const shown = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => `\`${name}\``)
    expect(shown.filter((name) => name !== '`process_start_time_seconds`').toSorted()).toEqual([...told].toSorted())
  })

  it.each([
    ['a proxy names the client', { 'X-Forwarded-For': '203.0.113.9' }],
    ['the name in Host is a public one', { Host: 'cal.example.org' }],
  ])('asks for a sign-in when %s', async (_, headers) => {
    expect((await bridge.ask('/metrics', { ...anonymous, headers })).status).toBe(401)
    expect((await bridge.ask('/metrics', { headers })).status).toBe(200)
  })
})

describe('/metrics of the whole program', () => {
  it('counts its rounds, a failed one by its reason, and its writes by who heard of them', async () => {
    const world = await startWorld({ events: 0 }, (text) =>
      text.replace('source: default', 'source: default\n    access: read-write'),
    )
    try {
      const { bridge: running, url } = await world.open()
      await running.sync('work', {})
      world.simulator.faults.add({
        path: 'delta',
        effect: { kind: 'status', status: 403, code: 'ErrorAccessDenied', message: '', body: 'json' },
      })
      await expect(running.sync('work', {})).rejects.toThrow('no right')
      const people = ['ORGANIZER:mailto:mara@fabrikam.example', 'ATTENDEE:mailto:noor@fabrikam.example']
      for (const [uid, lines] of Object.entries({ alone: [], meeting: people })) {
        const { status } = await fetch(`${url}/dav/calendars/alice/work/${uid}.ics`, {
          method: 'PUT',
          body: hourOn(uid, '20260303', ...lines),
          headers: { authorization, 'content-type': 'text/calendar' },
        })
        expect(status).toBe(201)
      }
      const text = await (await fetch(`${url}/metrics`)).text()
      expect(text).toMatch(/graphdav_round_seconds_count\{calendar="work",result="ok"\} [1-9]/)
      expect(text).toContain('graphdav_round_seconds_count{calendar="work",result="graph"} 1')
      expect(text).toContain('graphdav_writes_total{kind="put",reach="silent",result="done"} 1')
      expect(text).toContain('graphdav_writes_total{kind="put",reach="mail",result="done"} 1')
      expect(text).toMatch(/graphdav_graph_requests_total\{method="GET",status="403"\} [1-9]/)
      expect(text).not.toContain('fabrikam')
    } finally {
      await world.stop()
    }
  })
})

describe('/mobileconfig', () => {
  it('is for the signed-in user only, names the account, and holds no password', async () => {
    expect((await bridge.ask('/mobileconfig', anonymous)).status).toBe(401)
    const { status, headers, text } = await bridge.ask('/cal/mobileconfig')
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('application/x-apple-aspen-config')
    expect(headers['cache-control']).toBe('no-store')
    expect(text).toContain('<key>CalDAVHostName</key><string>cal.example.org</string>')
    expect(text).toContain('<key>CalDAVPort</key><integer>443</integer>')
    expect(text).toContain('<key>CalDAVUseSSL</key><true/>')
    expect(text).toContain('<key>CalDAVPrincipalURL</key><string>/cal/dav/principals/alice/</string>')
    expect(text).toContain('<key>CalDAVUsername</key><string>alice</string>')
    expect(text).not.toContain('correct horse')
    const again = await bridge.ask('/mobileconfig')
    expect(again.text).toBe(text)
    expect((await bridge.ask('/mobileconfig', { authorization: basic('bob', 'b') })).text).not.toContain('alice')
  })
})
