// Looking into the values of a configuration file before they are known to be right: what is not there, or is of another
// kind, is simply not found. So checks across keys can run although some other key is wrong.
import type { Path, Raw, RawMap } from './document.ts'

/** A named block with its path. */
export interface RawEntry {
  readonly name: string
  readonly path: Path
  readonly block: RawMap
}

export function isMap(value: Raw | undefined): value is RawMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value at a path. */
export function valueAt(value: Raw, path: Path): Raw | undefined {
  let found: Raw | undefined = value
  for (const part of path) {
    if (Array.isArray(found) && typeof part === 'number') found = found[part]
    else if (isMap(found) && typeof part === 'string') found = Object.hasOwn(found, part) ? found[part] : undefined
    else return undefined
  }
  return found
}

/** The text at a path. */
export function textAt(value: Raw, path: Path): string | undefined {
  const found = valueAt(value, path)
  return typeof found === 'string' ? found : undefined
}

/** The blocks below a path that are mappings, in the order of the file. */
export function entriesAt(value: Raw, path: Path): readonly RawEntry[] {
  const found = valueAt(value, path)
  if (!isMap(found)) return []
  return Object.entries(found).flatMap(([name, block]) =>
    isMap(block) ? [{ name, path: [...path, name], block }] : [],
  )
}

/** The names below a path, whatever stands behind them. */
export function namesAt(value: Raw, path: Path): readonly string[] {
  const found = valueAt(value, path)
  return isMap(found) ? Object.keys(found) : []
}
