// Whether the proxy that the environment names is used: Node.js itself does that, in newer versions, when it is told so.
// https://nodejs.org/api/cli.html#node_use_env_proxy1

/** What is wrong with the proxy of the environment, with the next step; undefined: nothing. `version` as in `22.21.0`. */
export function proxyProblem(
  env: Readonly<Record<string, string | undefined>>,
  { version, execArgv }: { readonly version: string; readonly execArgv: readonly string[] },
): string | undefined {
  const name = ['HTTPS_PROXY', 'https_proxy'].find((candidate) => (env[candidate] ?? '') !== '')
  if (name === undefined) return undefined
  if (!canUseProxy(version)) {
    return `${name} is set, and Node.js ${version} does not use it; take Node.js 24.5 or newer (or 22.21) with NODE_USE_ENV_PROXY=1, or let the machine out directly`
  }
  const isUsed =
    env['NODE_USE_ENV_PROXY'] === '1' ||
    [...execArgv, ...(env['NODE_OPTIONS'] ?? '').split(/\s+/)].includes('--use-env-proxy')
  return isUsed ? undefined : `${name} is set and not used; set NODE_USE_ENV_PROXY=1 as well`
}

function canUseProxy(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21)
}
