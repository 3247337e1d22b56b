// What `npm test` looks at before it runs anything: formatting, lint, types, and whether it builds. Formatting is checked
// beside the others, which use one core less than there is work for two.
import { spawn } from 'node:child_process'

/** Runs one of package.json's scripts; its output is printed as one piece when it has ended. */
const script = (name) =>
  new Promise((resolve) => {
    const child = spawn('npm', ['run', '--silent', name], { stdio: ['ignore', 'pipe', 'pipe'] })
    const printed = []
    child.stdout.on('data', (piece) => printed.push(piece))
    child.stderr.on('data', (piece) => printed.push(piece))
    child.on('close', (code) => {
      process.stdout.write(Buffer.concat(printed))
      if (code !== 0) console.error(`graphdav: npm run ${name} failed; what it says is above.`)
      resolve(code === 0)
    })
  })

const inTurn = async (names) => {
  for (const name of names) if (!(await script(name))) return false
  return true
}

const passed = await Promise.all([inTurn(['format:check']), inTurn(['lint', 'types', 'build'])])
process.exit(passed.includes(false) ? 1 : 0)
