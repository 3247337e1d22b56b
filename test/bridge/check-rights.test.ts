import { describe, expect, it } from 'vitest'
import { audienceProblem } from '../../src/bridge/check-rights.ts'

const global = 'https://graph.microsoft.com'
const simulator = 'http://127.0.0.1:9100'

describe('whom a token is for', () => {
  it.each([
    [global, global],
    [`${global}/`, global],
    ['00000003-0000-0000-c000-000000000000', 'https://graph.microsoft.us'],
    ['', global],
    ['https://graph.microsoft.us', simulator],
  ])('%j fits %s', (audience, graphUrl) => {
    expect(audienceProblem(audience, graphUrl)).toBeUndefined()
  })

  it.each([
    ['https://graph.microsoft.us', global, 'https://graph.microsoft.us'],
    [global, 'https://microsoftgraph.chinacloudapi.cn', global],
    ['https://outlook.office.com', simulator, 'https://outlook.office.com'],
    ['api://somebody <b>', global, 'something else'],
  ])('%j does not fit %s', (audience, graphUrl, whose) => {
    expect(audienceProblem(audience, graphUrl)).toBe(
      `the token is for ${whose}, not for Microsoft Graph at ${graphUrl}; check \`cloud\`, and for whom the token is made`,
    )
  })
})
