// What a Graph request about a whole calendar that failed means to whoever asked for it.
import { ConflictError, GraphdavError, GraphError } from '../base/errors.ts'
import { writeError } from '../sync/write-errors.ts'

/** Another calendar of the mailbox has this name (Graph: `ErrorFolderExists`). */
export function isNameTaken(error: unknown): boolean {
  return (
    error instanceof GraphError && (error.kind === 'conflict' || error.graphCode.toLowerCase() === 'errorfolderexists')
  )
}

/** The request may have been carried out all the same: its answer is what is missing. */
export function isUncertain(error: unknown): boolean {
  return error instanceof GraphError && error.kind === 'unavailable'
}

/** The error that the client gets; what is not Graph's passes through. */
export function madeError(error: unknown, account: string): unknown {
  if (!(error instanceof GraphError)) return error
  switch (error.kind) {
    case 'forbidden':
      return new GraphdavError(
        'forbidden',
        `the account ${account} may not change calendars in Outlook: it needs the permission Calendars.ReadWrite`,
        { cause: error },
      )
    case 'conflict':
      return new ConflictError('Outlook has another calendar of this name', { cause: error })
    case 'invalid':
    case 'notFound':
    case 'gone':
      return new GraphdavError('forbidden', `Outlook refuses this (${error.graphCode || `HTTP ${error.status}`})`, {
        cause: error,
      })
    case 'auth':
    case 'throttled':
    case 'unavailable':
      return writeError(error)
  }
}
