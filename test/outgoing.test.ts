// Where the program may open a connection or start another program: nowhere but in these files. Nothing that an event holds, a
// link, an attachment or a picture, is ever fetched.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const src = join(import.meta.dirname, '../src')
// The simulated tenant is another program for tests and the demo.
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.startsWith('simulator'),
)

const using = (pattern: RegExp): readonly string[] =>
  files.filter((file) => pattern.test(readFileSync(join(src, file), 'utf8'))).toSorted()

it('requests go out from two places to Microsoft, and from one to the address of alerts', () => {
  expect(using(/(?<![\w.])fetch\(|'ky'/)).toEqual(['bridge/alerts.ts', 'graph/http.ts'])
  expect(using(/\b(?:request|get)\b[^\n]* from 'node:https?'/)).toEqual(['graph/sign-in-network.ts'])
})

it('sockets are opened to the control socket only', () => {
  expect(using(/\bconnect\b[^\n]* from 'node:(?:net|tls|http2)'/)).toEqual(['bridge/control.ts'])
  expect(using(/'node:(?:dgram|dns(?:\/promises)?|http2)'/)).toEqual([])
  expect(using(/\bnew (?:WebSocket|EventSource|XMLHttpRequest)\b/)).toEqual([])
})

it('other programs are started to tell the service manager only', () => {
  expect(using(/'node:(?:child_process|worker_threads|cluster)'/)).toEqual(['cli/service-manager.ts'])
})
