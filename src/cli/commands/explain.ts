// `graphdav explain CALENDAR TEXT`: an event on its way from Outlook to each feed, for a person or (--json) a script.
import { askBridge } from '../../bridge/ask.ts'
import type { ExplainedEvent, ExplainedFeed, Explanation, ShownEvent, ToldEvent } from '../../bridge/explain.ts'
import type { Run } from '../command.ts'
import { configurationOf, quietLogOf } from '../configuration.ts'
import { oneLine } from '../table.ts'
import { version } from '../version.ts'

export const run: Run = async (invocation) => {
  const { clock, signal, stdout } = invocation.context
  const configuration = configurationOf(invocation)
  const [calendar = '', ...words] = invocation.args
  const options = { clock, log: quietLogOf(invocation), version: version() }
  const args = { calendar, text: words.join(' ') }
  const answer = await askBridge(configuration, { command: 'explain', args, signal }, options)
  const explanation = answer as Explanation // what the operation `explain` returns
  stdout.write(invocation.options['json'] === true ? `${JSON.stringify(explanation, null, 2)}\n` : print(explanation))
  return 0
}

function print({ calendar, asked, found, more, window }: Explanation): string {
  const span = window === null ? 'its first round is not complete' : `it holds ${window.start} to ${window.end}`
  if (found.length === 0) {
    return oneLine(`No event with the UID or the words “${asked}” is in the mirror of ${calendar} (${span}).`) + '\n'
  }
  const rest = more === 0 ? '' : `\n${more} more; say more words.\n`
  return found.map(printEvent).join('\n') + rest
}

function printEvent({ uid, graph, mirror, collection, failure, feeds }: ExplainedEvent): string {
  const lines = [
    `UID ${uid}`,
    ...graph.map((one) =>
      one.kind === 'event'
        ? `  Outlook     ${printTold(one)}${one.isAsMirrored ? '' : '; newer than the mirror, the next round brings it'}`
        : `  Outlook     ${one.kind}: ${one.because}`,
    ),
    ...mirror.map(
      (one) =>
        `  mirror      ${printTold(one)}; ${one.exceptions} changed, ${one.cancelledDates.length} cancelled dates`,
    ),
    collection.shown
      ? `  collection  ${collection.name}, ETag ${collection.etag}`
      : `  collection  not shown: ${collection.because}`,
    ...(failure === null ? [] : [`  text        an older one: ${failure}`]),
    ...feeds.flatMap(printFeed),
  ]
  return lines.map((line) => `${oneLine(line)}\n`).join('')
}

function printTold({ title, start, end, changed }: ToldEvent): string {
  return `“${title ?? ''}” ${start} to ${end}, changed ${changed}`
}

function printFeed({ name, events }: ExplainedFeed): readonly string[] {
  const say = ({ slot, shown, because }: ShownEvent): string =>
    `  feed ${name}${slot === null ? '' : ` (instance of ${slot})`}: ${shown}, because ${because}`
  return events.map(say)
}
