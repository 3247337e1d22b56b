import { describe, expect, it } from 'vitest'
import { proxyProblem } from '../../src/bridge/proxy.ts'

const proxy = { HTTPS_PROXY: 'http://proxy.example:3128' }

describe('a proxy that the environment names', () => {
  it.each([
    ['20.20.2', {}, /^$/],
    ['20.20.2', { HTTPS_PROXY: '' }, /^$/],
    ['20.20.2', proxy, /Node\.js 20\.20\.2 does not use it; take Node\.js 24\.5/],
    ['20.20.2', { ...proxy, NODE_USE_ENV_PROXY: '1' }, /does not use it/],
    ['22.20.0', proxy, /does not use it/],
    ['24.4.1', proxy, /does not use it/],
    ['22.21.0', proxy, /^HTTPS_PROXY is set and not used; set NODE_USE_ENV_PROXY=1/],
    ['22.21.0', { ...proxy, NODE_USE_ENV_PROXY: '1' }, /^$/],
    ['24.5.0', { https_proxy: 'http://proxy.example:3128', NODE_OPTIONS: '--use-env-proxy' }, /^$/],
    ['25.0.0', { https_proxy: 'http://proxy.example:3128' }, /^https_proxy is set and not used/],
  ])('Node.js %s, %j', (version, env, sentence) => {
    const said = proxyProblem(env, { version, execArgv: [] }) ?? ''
    expect(said).toMatch(sentence)
    expect(said).not.toContain('proxy.example')
  })

  it('is used by a program that was started so', () => {
    expect(proxyProblem(proxy, { version: '24.5.0', execArgv: ['--use-env-proxy'] })).toBeUndefined()
  })
})
