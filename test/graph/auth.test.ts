import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { accessTokenSource } from '../../src/graph/auth.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graphdav-auth-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

describe('an access token', () => {
  it('may be a value, white space around it is not part of it', async () => {
    expect(await accessTokenSource({ token: ' abc.def\n' }).token()).toBe('abc.def')
  })

  it('from a file is read again when the file changes', async () => {
    const file = join(folder, 'token')
    await writeFile(file, 'first\n')
    const source = accessTokenSource({ file })
    expect(await source.token()).toBe('first')
    await writeFile(file, 'second one\n'.replace(' ', '-'))
    expect(await source.token()).toBe('second-one')
  })

  it('is read again on refresh whatever the file looks like', async () => {
    const file = join(folder, 'token')
    await writeFile(file, 'first')
    const source = accessTokenSource({ file })
    await source.token()
    await writeFile(file, 'other')
    expect(await source.refresh('first')).toBe('other')
  })

  it('that is missing needs a sign-in, and the file is named', async () => {
    const source = accessTokenSource({ file: join(folder, 'none') })
    await expect(source.token()).rejects.toMatchObject({
      code: 'sign-in',
      message: expect.stringContaining('none') as unknown,
    })
  })

  it.each(['', '  ', 'two words', 'line\nbreak', 'ümlaut'])('%j is none, and is not repeated in the error', (token) => {
    expect(() => accessTokenSource({ token })).toThrow(/empty or holds characters/)
  })
})
