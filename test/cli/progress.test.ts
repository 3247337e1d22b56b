// Progress on a terminal and elsewhere, with a clock one sets.
import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createProgress } from '../../src/cli/progress.ts'

function start(terminal?: { readonly columns: number }) {
  let text = ''
  let now = 0
  const stream = new Writable({
    write: (chunk: Buffer, _, done) => {
      text += chunk.toString()
      done()
    },
  })
  const target = terminal === undefined ? stream : Object.assign(stream, { isTTY: true, ...terminal })
  const clock = { now: () => now, sleep: () => Promise.reject(new Error('nobody sleeps here')) }
  return { progress: createProgress(target, clock), pass: (ms: number) => (now += ms), text: () => text }
}

describe('progress', () => {
  it('is one line that moves on a terminal, cut to its width', () => {
    const { progress, pass, text } = start({ columns: 12 })
    progress.show('page 1')
    pass(200)
    progress.show('page 2, and much more')
    progress.end()
    expect(text()).toBe('\r\u001B[Kpage 1\r\u001B[Kpage 2, and\r\u001B[K')
  })

  it('does not flicker: more often than ten times a second nothing is drawn', () => {
    const { progress, text } = start({ columns: 80 })
    for (let n = 0; n < 100; n += 1) progress.show(`page ${n}`)
    expect(text()).toBe('\r\u001B[Kpage 0')
  })

  it('keeps what is said above the moving line', () => {
    const { progress, text } = start({ columns: 80 })
    progress.show('page 1')
    progress.say('work: done')
    expect(text()).toBe('\r\u001B[Kpage 1\r\u001B[Kwork: done\n')
  })

  it('is plain lines elsewhere, one every two seconds, none twice', () => {
    const { progress, pass, text } = start()
    for (let n = 0; n < 50; n += 1) {
      progress.show(`page ${Math.floor(n / 2)}`)
      pass(100)
    }
    progress.say('done')
    progress.end()
    expect(text()).toBe('page 0\npage 10\npage 20\ndone\n')
  })
})
