// The memory store keeps the promises of every store.
import { MemoryStore } from '../../src/store/memory.ts'
import { storeContract } from './contract.ts'
import { StandingClock } from './records.ts'

storeContract('memory', () => {
  const clock = new StandingClock()
  const store = MemoryStore.create(clock)
  return Promise.resolve({ store, other: store.handle(), clock })
})
