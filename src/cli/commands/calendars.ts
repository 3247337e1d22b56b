// `graphdav calendars ACCOUNT`: the calendars an account can reach, as YAML to paste or as JSON.
import { calendarsOfAccount, calendarsYaml } from '../../bridge/account-calendars.ts'
import type { Run } from '../command.ts'
import { configurationOf, quietLogOf } from '../configuration.ts'

export const run: Run = async (invocation) => {
  const [account = ''] = invocation.args
  const { clock, signal, stdout } = invocation.context
  const configuration = configurationOf(invocation)
  const calendars = await calendarsOfAccount(configuration, account, { clock, log: quietLogOf(invocation), signal })
  stdout.write(
    invocation.options['json'] === true
      ? `${JSON.stringify(calendars.map(factsOf), null, 2)}\n`
      : calendarsYaml(account, calendars, configuration.calendars.keys()),
  )
  return 0
}

function factsOf({
  name,
  id,
  owner,
  isDefault,
  canEdit,
}: Awaited<ReturnType<typeof calendarsOfAccount>>[number]): object {
  return { name, id, owner: { name: owner.name, address: owner.address }, isDefault, canEdit }
}
