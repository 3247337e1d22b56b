import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Client, prepare } from './client.ts'

let server: Server | undefined

afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

describe('the client of the bench', () => {
  it('asks on a new connection when the server has closed the old one', async () => {
    server = createServer((request, response) => response.end(`${request.method} ${request.url}`))
    const running = server
    await new Promise<void>((resolve) => running.listen(0, '127.0.0.1', resolve))
    const client = await Client.connect((running.address() as AddressInfo).port)
    const request = prepare({ method: 'GET', path: '/one' })
    expect((await client.ask(request)).body.toString()).toBe('GET /one')
    running.closeAllConnections()
    await vi.waitUntil(() => client.isClosed)
    expect((await client.ask(request)).body.toString()).toBe('GET /one')
    client.close()
  })
})
