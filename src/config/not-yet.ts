// Keys and values of the contract whose feature is not built: refused with their line, never silently ignored. A value
// that says what already is (the default) passes. When a feature arrives, its line here goes.
import type { ConfigurationProblem } from '../base/errors.ts'
import type { Path, Raw, YamlDocument } from './document.ts'
import { valueAt } from './raw.ts'

/** A key with the values that work now; none: the key itself is for later. */
interface Later {
  readonly key: Path
  readonly now: readonly string[]
}

const later: readonly Later[] = [
  { key: ['store', 'kind'], now: ['file'] },
  { key: ['store', 'url'], now: [] },
]

/** A problem for each key that is used before its time. */
export function checkAvailable(value: Raw, document: YamlDocument): readonly ConfigurationProblem[] {
  return later.flatMap(({ key, now }) => {
    const found = valueAt(value, key)
    if (found === undefined || found === null || (typeof found === 'string' && now.includes(found))) return []
    // What is no word at all is a wrong value; the shape's check says so.
    if (now.length > 0 && typeof found !== 'string') return []
    return [document.problem(key, sentence(now), now.length === 0 ? 'key' : 'value')]
  })
}

function sentence(now: readonly string[]): string {
  const what = now.length === 0 ? 'this key is not yet available' : 'this value is not yet available'
  return `${what} in this version; ${now.length === 0 ? 'remove it' : `allowed now: ${now.join(', ')}`}`
}
