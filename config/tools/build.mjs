// Compiles src to dist with the TypeScript compiler of this checkout. Removes the old dist first, so that a deleted source
// file leaves nothing behind; the new one is written beside it and renamed, so that a running program never sees half of it.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { rmSync, renameSync, existsSync, chmodSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const top = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const require = createRequire(import.meta.url)
const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc')
const fresh = join(top, `dist.${process.pid}`)
const built = spawnSync(
  process.execPath,
  [compiler, '-p', join(top, 'config/tools/tsconfig.build.json'), '--outDir', fresh],
  { stdio: 'inherit' },
)
if (built.status !== 0) {
  rmSync(fresh, { recursive: true, force: true })
  console.error('graphdav: the build failed; the errors are above.')
  process.exit(1)
}
chmodSync(join(fresh, 'cli', 'main.js'), 0o755)
if (existsSync(join(top, 'dist'))) rmSync(join(top, 'dist'), { recursive: true, force: true })
renameSync(fresh, join(top, 'dist'))
