// The headers that every answer has: worked out for the first, the same in all later ones.
import { expect, it } from 'vitest'
import { startBridge } from './harness.ts'

const bridge = startBridge({ publicUrl: 'https://cal.example.org' })

it('the first answer and all later ones have the security headers, whatever they are answers to', async () => {
  for (const path of ['/healthz', '/healthz', '/feeds/none/none.ics', '/dav/', '/nowhere']) {
    const { headers } = await bridge.ask(path)
    expect(headers).toMatchObject({
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': expect.stringMatching(/^max-age=\d{8}/),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
    })
  }
})
