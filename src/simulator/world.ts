// All that one simulator holds; made in simulator.ts, read by the HTTP side and by the control API.
import type { Place } from './place.ts'
import type { DeltaTokens } from './delta-tokens.ts'
import type { Faults } from './faults.ts'
import { randomToken } from '../base/hash.ts'
import type { Meter } from './meter.ts'
import type { RequestLog } from './request-log.ts'
import type { Scripts } from './scripts.ts'
import type { Switches } from './switches.ts'
import type { Tenant } from './tenant.ts'
import type { ViewCache } from './view-cache.ts'

/** Says what is wrong with an answer; empty when nothing is. */
export type SchemaCheck = (answer: {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly json: unknown
}) => readonly string[]

export interface World {
  readonly tenant: Tenant
  switches: Switches
  readonly tokens: DeltaTokens
  readonly views: ViewCache
  readonly faults: Faults
  readonly meter: Meter
  readonly log: RequestLog
  readonly scripts: Scripts
  readonly bearers: Bearers
  readonly schemaCheck: SchemaCheck | undefined
  /** Answers that were not as the OpenAPI file says. */
  readonly violations: string[]
  /** `http://127.0.0.1:PORT` */
  base: string
}

/** The tenant under the switches of this moment. */
export function placeOf(world: World): Place {
  return { tenant: world.tenant, switches: world.switches }
}

/** The access tokens: one of a signed-in person (`/me` is the first mailbox), one of an application. */
export class Bearers {
  #delegated = randomToken(24)
  #application = randomToken(24)

  get delegated(): string {
    return this.#delegated
  }

  get application(): string {
    return this.#application
  }

  /** Undefined for a token that is not in force. */
  kindOf(token: string): 'delegated' | 'application' | undefined {
    if (token === this.#delegated) return 'delegated'
    return token === this.#application ? 'application' : undefined
  }

  /** Both old tokens stop working. */
  renew(): void {
    this.#delegated = randomToken(24)
    this.#application = randomToken(24)
  }
}
