// The tenant and the assumptions under which everything is done to it.
import type { Switches } from './switches.ts'
import type { Tenant } from './tenant.ts'

/** Where a change happens, and under which assumptions. */
export interface Place {
  readonly tenant: Tenant
  readonly switches: Switches
}
