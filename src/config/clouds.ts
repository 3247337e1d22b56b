// Microsoft's clouds and the hosts of each (Graph page "National cloud deployments"). A token of one is worth nothing in another.

/** A value of `cloud`. */
export type Cloud = 'global' | 'usgov' | 'usgov-dod' | 'china'

/** Where the Graph of a cloud is; without a slash at the end. */
export const clouds: Readonly<Record<Cloud, { readonly graph: string }>> = {
  global: { graph: 'https://graph.microsoft.com' },
  usgov: { graph: 'https://graph.microsoft.us' },
  'usgov-dod': { graph: 'https://dod-graph.microsoft.us' },
  china: { graph: 'https://microsoftgraph.chinacloudapi.cn' },
}
