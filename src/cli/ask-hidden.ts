// A question on the terminal whose answer is not shown.
import { GraphdavError } from '../base/errors.ts'
import type { Context } from './command.ts'

/** The line that is typed, without its end. Ctrl-C and Ctrl-D throw. Only for a terminal. */
export function askHidden(question: string, { stdin, stderr }: Context): Promise<string> {
  stderr.write(question)
  stdin.setRawMode(true)
  stdin.setEncoding('utf8')
  stdin.resume()
  return new Promise((resolve, reject) => {
    let typed = ''
    const finish = (settle: () => void): void => {
      stdin.off('data', onData)
      stdin.setRawMode(false)
      stdin.pause()
      stderr.write('\n')
      settle()
    }
    const onData = (chunk: string): void => {
      for (const key of chunk) {
        if (key === '\r' || key === '\n') return finish(() => resolve(typed))
        if (key === '\u0003' || key === '\u0004') {
          return finish(() => reject(new GraphdavError('usage', 'nothing was entered')))
        }
        if (key === '\u007F' || key === '\b') typed = typed.replace(/.$/su, '')
        else if (key >= ' ') typed += key
      }
    }
    stdin.on('data', onData)
  })
}
