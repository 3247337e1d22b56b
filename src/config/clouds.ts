// Microsoft's clouds and the hosts of each (Graph page "National cloud deployments"). A token of one is worth nothing in another.

/** A value of `cloud`. */
export type Cloud = 'global' | 'usgov' | 'usgov-dod' | 'china'

/** Where a cloud signs in, and where its Graph is; without a slash at the end. */
export const clouds: Readonly<Record<Cloud, { readonly login: string; readonly graph: string }>> = {
  global: { login: 'https://login.microsoftonline.com', graph: 'https://graph.microsoft.com' },
  usgov: { login: 'https://login.microsoftonline.us', graph: 'https://graph.microsoft.us' },
  'usgov-dod': { login: 'https://login.microsoftonline.us', graph: 'https://dod-graph.microsoft.us' },
  china: { login: 'https://login.chinacloudapi.cn', graph: 'https://microsoftgraph.chinacloudapi.cn' },
}
