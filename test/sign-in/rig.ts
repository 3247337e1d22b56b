// A sign-in service with people, a folder for what is kept, and a log in which nothing secret may ever be.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { createLog, type Log } from '../../src/base/log.ts'
import type { TokenSource } from '../../src/graph/auth.ts'
import { delegatedTokenSource, type DelegatedSignIn } from '../../src/graph/delegated-sign-in.ts'
import { signInByDeviceCode, type DeviceCodeOptions } from '../../src/graph/device-code.ts'
import { keepSignIn, type KeptSignIn } from '../../src/graph/kept-sign-in.ts'
import { signInNetwork, type SignInNetwork } from '../../src/graph/sign-in-network.ts'
import { TokenFile } from '../../src/store/token-file.ts'
import { HurriedClock } from './clocks.ts'
import { People } from './people.ts'
import { startSignInService, type SignInService } from './service.ts'

export const clientId = '99999999-8888-7777-6666-555555555555'
export const scopes = ['User.Read', 'Calendars.Read'].map((right) => `https://graph.microsoft.com/${right}`)

export class SignInRig {
  people = new People()
  clock = new HurriedClock()
  /** `consumers`, `organizations`, `common`; undefined: the tenant of the service. */
  tenant: string | undefined
  folder = ''
  readonly log: Log
  readonly logged: string[] = []
  readonly service: SignInService
  readonly network: SignInNetwork
  readonly #folders: string[] = []
  #begunAt = 0
  #secrets: string[] = []

  private constructor(service: SignInService) {
    this.service = service
    this.network = signInNetwork(service.ca)
    const destination = new Writable({
      write: (chunk, _, done) => {
        this.logged.push(String(chunk))
        done()
      },
    })
    this.log = createLog({ level: 'debug', format: 'json', destination })
  }

  static async start(): Promise<SignInRig> {
    const rig = new SignInRig(await startSignInService())
    await rig.reset()
    return rig
  }

  /** Nobody has signed in, nothing has been asked. */
  async reset(): Promise<void> {
    this.#secrets.push(...this.people.secrets)
    this.people = new People()
    this.tenant = undefined
    this.service.answer = this.people.answer
    this.clock = new HurriedClock()
    this.folder = await mkdtemp(join(tmpdir(), 'graphdav-sign-in-'))
    this.#folders.push(this.folder)
    this.#begunAt = this.service.asked.length
  }

  /** Ends it; what was given out since the start is not in the log. */
  async stop(): Promise<void> {
    if (this.leaks().length > 0) throw new Error('something secret is in the log')
    await this.service.close()
    for (const folder of this.#folders) await rm(folder, { recursive: true })
  }

  /** The forms that came to the service. */
  get asked(): readonly URLSearchParams[] {
    return this.service.asked.slice(this.#begunAt)
  }

  get signIn(): DelegatedSignIn {
    const { authority } = this.service
    return {
      authority: this.tenant === undefined ? authority : authority.replace(/[^/]*$/, this.tenant),
      clientId,
      clientSecret: undefined,
      scopes: [...scopes, 'offline_access'],
      caFile: undefined,
      how: '`graphdav login home`',
    }
  }

  file(secret?: string): TokenFile {
    return new TokenFile({ folder: this.folder, account: 'home', secret })
  }

  /** What lies on the disk. */
  kept(): Promise<string> {
    return readFile(this.file().path, 'utf8')
  }

  device(options: Partial<DeviceCodeOptions> = {}): Promise<KeptSignIn> {
    const signal = new AbortController().signal
    return signInByDeviceCode(this.signIn, {
      clock: this.clock,
      signal,
      network: this.network,
      onPrompt: () => undefined,
      ...options,
    })
  }

  /** Signs the next person in and keeps it, as `graphdav login` does. */
  async login(secret?: string): Promise<void> {
    await keepSignIn(this.file(secret), await this.device())
  }

  /** The tokens of a process of its own. */
  tokens(secret?: string, network: SignInNetwork = this.network): TokenSource {
    const { clock, log } = this
    return delegatedTokenSource(this.signIn, this.file(secret), { clock, log, network })
  }

  /** How often somebody asked to renew. */
  get renewals(): number {
    return this.asked.filter((form) => form.get('grant_type') === 'refresh_token').length
  }

  /** What was given out since the start, is secret, and is in the log or in these texts all the same. */
  leaks(...texts: string[]): readonly string[] {
    const all = [...this.logged, ...texts].join('\n')
    const secrets = [...this.#secrets, ...this.people.secrets]
    if (secrets.length === 0) throw new Error('nothing secret was given out: there is nothing to look for')
    return secrets.filter((secret) => all.includes(secret))
  }
}
