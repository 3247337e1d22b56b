// npm runs this after `npm ci` and before `npm pack`. With the development packages at hand it builds; without them
// (`npm ci --omit=dev`, an installation from the tarball) there is nothing to do, because dist is already there.
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
let hasCompiler = true
try {
  require.resolve('typescript/package.json')
} catch {
  hasCompiler = false
}
if (hasCompiler) await import('./build.mjs')
