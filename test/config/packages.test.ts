// The files for Docker and systemd in config/: what they say fits together and fits the program.
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { loadConfiguration } from '../../src/config/load.ts'

const top = resolve(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(resolve(top, path), 'utf8')
const env = {
  CALENDAR_HOST: 'cal.example.org',
  GRAPH_TOKEN: 'a-token',
  WORK_FEED: 'abcdefghijklmnopqrstuv',
  ALICE_PASSWORD: 'scrypt$15$8$1$c2FsdA$aGFzaA',
}

it('the configuration for Docker believes the proxy of the compose file, and keeps data in its volume', () => {
  const file = resolve(top, 'config/docker/graphdav.yaml')
  const { server, store } = loadConfiguration(file, { env })
  const compose: unknown = parse(read('config/docker/compose.yaml'))
  const [subnet] = server.trustProxy === true || server.trustProxy === false ? [] : server.trustProxy
  expect(JSON.stringify(compose)).toContain(`"subnet":"${subnet}"`)
  expect(compose).toMatchObject({
    services: {
      graphdav: {
        read_only: true,
        cap_drop: ['ALL'],
        volumes: ['./graphdav.yaml:/config/graphdav.yaml:ro', `data:${store.path}`],
      },
    },
  })
  expect(server).toMatchObject({ publicUrl: 'https://cal.example.org', listen: { host: '0.0.0.0', port: 8800 } })
})

it('the image is built from files that are there, and runs as an ordinary user', () => {
  const dockerfile = read('config/docker/Dockerfile')
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) => names.split(' '))
  expect(copied.length).toBeGreaterThan(3)
  expect(copied.filter((name) => !existsSync(resolve(top, name)))).toEqual([])
  expect(dockerfile).toMatch(/\nUSER node\n/)
  expect(dockerfile).toContain('/healthz')
})

it('the systemd unit reloads by SIGHUP, and does not start a wrong configuration again and again', () => {
  const unit = read('config/systemd/graphdav.service')
  for (const line of [
    'ExecReload=/bin/kill -HUP $MAINPID',
    'RestartPreventExitStatus=2',
    'ProtectSystem=strict',
    'UMask=0077',
  ]) {
    expect(unit).toContain(`\n${line}\n`)
  }
})
