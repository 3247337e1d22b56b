// A command that needs the store asks the running server, or opens the data folder itself when none runs.
import { codeOf, GraphdavError } from '../base/errors.ts'
import type { Configuration } from '../config/configuration.ts'
import type { Bridge } from './bridge.ts'
import type { BridgeOptions } from './compose.ts'
import { callControl, type OnProgress } from './control.ts'

export interface Question {
  readonly command: 'status' | 'sync' | 'export' | 'explain' | 'backup'
  readonly args?: unknown
  readonly onProgress?: OnProgress
  readonly signal: AbortSignal
}

/** A server that begins or ends between two looks: so often it is looked again. */
const attempts = 3

/** The answer, whoever gives it. Throws what the operation throws. */
export async function askBridge(
  configuration: Configuration,
  question: Question,
  options: BridgeOptions,
): Promise<unknown> {
  const { command, args, onProgress = () => undefined, signal } = question
  for (let attempt = 1; ; attempt += 1) {
    const answer = await callControl(configuration.store.path, { command, args }, { onProgress, signal })
    if (answer.kind === 'result') return answer.result
    const bridge = await openUnlessLocked(configuration, options, attempt === attempts)
    if (bridge === undefined) continue
    try {
      const { operations } = await import('./operations.ts')
      const handler = operations(bridge)[command]
      if (handler === undefined) throw new GraphdavError('internal', `no operation ${command}`)
      return await handler(args, onProgress, AbortSignal.any([signal, bridge.failed]))
    } finally {
      await bridge.close()
    }
  }
}

async function openUnlessLocked(
  configuration: Configuration,
  options: BridgeOptions,
  isLast: boolean,
): Promise<Bridge | undefined> {
  // Loaded when it is needed: where a server runs, a command answers in a moment.
  const { openBridge } = await import('./compose.ts')
  try {
    return await openBridge(configuration, options)
  } catch (error) {
    if (codeOf(error) === 'locked' && !isLast) return undefined
    throw error
  }
}
