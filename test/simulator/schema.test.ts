// The check of answers against an OpenAPI file, on a small file of our own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { loadSchemaCheck } from '../../src/simulator/schema.ts'
import { startSimulator } from '../../src/simulator/simulator.ts'

const folder = mkdtempSync(join(tmpdir(), 'simulator-schema-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const document = {
  openapi: '3.1.0',
  paths: {
    '/me/events/{event-id}': {
      get: {
        responses: {
          200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/microsoft.graph.event' } } } },
          default: { $ref: '#/components/responses/error' },
        },
      },
    },
    '/me/calendar': {
      get: { responses: { 200: { content: { 'application/json': { schema: { required: ['nothing'] } } } } } },
    },
  },
  components: {
    responses: { error: { content: { 'application/json': { schema: { required: ['error'] } } } } },
    schemas: {
      entity: { type: 'object', properties: { id: { type: 'string' } } },
      'microsoft.graph.event': {
        allOf: [
          { $ref: '#/components/schemas/entity' },
          {
            properties: {
              subject: { type: ['string', 'null'] },
              createdDateTime: { type: 'string', format: 'date-time' },
            },
          },
        ],
      },
    },
  },
}

async function check(json: unknown, status = 200, path = '/v1.0/me/events/x'): Promise<readonly string[]> {
  const file = join(folder, 'graph.json')
  writeFileSync(file, JSON.stringify(document))
  return (await loadSchemaCheck(file))({ method: 'GET', path, status, json })
}

it('finds wrong types, wrong formats and members that the type does not have', async () => {
  expect(await check({ id: 'x', subject: null, createdDateTime: '2026-01-01T00:00:00.1234567Z' })).toEqual([])
  expect(await check({ id: 'x', subject: 1 })).toEqual(['/subject must be string,null'])
  expect(await check({ createdDateTime: '2026-01-01' })).toEqual([
    expect.stringContaining('/createdDateTime must match format'),
  ])
  expect(await check({ subjekt: 'x', '@odata.etag': 'y' })).toEqual(['an event has no member subjekt'])
  expect(await check({ message: 'x' }, 404)).toEqual([
    expect.stringContaining("must have required property 'error'"),
    expect.any(String),
  ])
})

it('lets pass what the file does not describe', async () => {
  expect(await check({ anything: 1 }, 200, '/v1.0/me')).toEqual([])
  expect(await check({ anything: 1 }, 200, '/beta/me/events/x')).toEqual([])
})

it('an answer that breaks it is 500 with a named error, and is remembered', async () => {
  const file = join(folder, 'graph.json')
  writeFileSync(file, JSON.stringify(document))
  const simulator = await startSimulator({ events: 0, schemaFile: file })
  const reply = await fetch(`${simulator.url}/v1.0/me/calendar`, {
    headers: { authorization: `Bearer ${simulator.token}` },
  })
  expect(reply.status).toBe(500)
  expect(await reply.json()).toMatchObject({ error: { code: 'SimulatorSchemaViolation' } })
  expect(simulator.violations).toEqual([expect.stringContaining('GET /v1.0/me/calendar: ')])
  await simulator.stop()
})

it('a file that is not there is said in a sentence', async () => {
  await expect(loadSchemaCheck('/nowhere/graph.json')).rejects.toThrow(
    'The OpenAPI file /nowhere/graph.json cannot be read as JSON.',
  )
})
