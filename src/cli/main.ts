#!/usr/bin/env node
// The program `graphdav`: hands the process to the command line, and its signals to whatever runs.
import { setFlagsFromString } from 'node:v8'
import { GraphdavError, sentenceOf } from '../base/errors.ts'
import { systemClock } from '../base/clock.ts'
import { run } from './run.ts'

// It runs for months beside other services: memory is given back rather than kept for speed. Takes a third off what it holds
// while idle, and more off the peak of a first round, for about a tenth more time in that round.
setFlagsFromString('--optimize-for-size')

// What this program writes is for its own user only.
process.umask(0o077)

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // A second signal does not wait.
    if (stopping.signal.aborted) process.exit(1)
    stopping.abort(new GraphdavError('unavailable', 'stopped'))
  })
}
let onHangup = (): void => undefined
process.on('SIGHUP', () => onHangup())
// `graphdav export work | head`: the reader has enough.
process.stdout.on('error', (error) => process.exit('code' in error && error.code === 'EPIPE' ? 0 : 1))

// What nobody caught: one sentence here too, and an end that a service manager sees.
process.on('uncaughtException', (error) => {
  const stack = process.argv.includes('debug') ? `\n${error.stack ?? ''}` : ''
  process.stderr.write(`graphdav: ${sentenceOf(error)} (a bug in graphdav)${stack}\n`)
  process.exit(1)
})

process.exitCode = await run(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  clock: systemClock,
  signal: stopping.signal,
  onHangup: (callback) => {
    onHangup = callback
  },
})
