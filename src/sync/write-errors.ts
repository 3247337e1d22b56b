// What a Graph request that failed means to the client of a write.
import { ConflictError, GraphdavError, GraphError, UnavailableError, UnsupportedError } from '../base/errors.ts'

/** Refusals of Graph that a person can do something about, by its code in lower case (Graph page "Error codes"). */
const sentences: Readonly<Record<string, readonly [property: string, sentence: string]>> = {
  erroroccurrencecrossingboundary: [
    'RECURRENCE-ID',
    'Outlook cannot move one date of a series to or past the day of its neighbour',
  ],
  erroroccurrencetimespantoobig: [
    'RRULE',
    'Outlook does not take a series whose dates last longer than their distance',
  ],
  errorrecurrenceenddatetoobig: ['RRULE', 'Outlook does not take a series that ends so late'],
  errorcalendaroutofrange: ['DTSTART', 'Outlook does not take an event so far away'],
  errorcalendardurationistoolong: ['DTEND', 'Outlook does not take an event that lasts so long'],
  errorpropertyvalidationfailure: ['VEVENT', 'Outlook refuses a value of this event'],
}

/** How long a client is asked to wait when Graph does not say. */
const retryAfterSeconds = 30

/** The error that the client gets; what is not Graph's passes through. */
export function writeError(error: unknown): unknown {
  if (!(error instanceof GraphError)) return error
  const options = { cause: error }
  switch (error.kind) {
    case 'conflict':
      return new ConflictError('somebody else changed this event in Outlook at the same moment', options)
    // An event that is gone is no error: this is its calendar or mailbox, and the change stays with the client until it is back.
    case 'notFound':
    case 'gone':
      return new UnavailableError('Outlook does not find this calendar or its mailbox now', 60, options)
    case 'invalid': {
      const [property, sentence] = sentences[error.graphCode.toLowerCase()] ?? ['VEVENT', 'Outlook refuses this event']
      return new UnsupportedError(property, `${sentence} (${error.graphCode || `HTTP ${error.status}`})`)
    }
    case 'forbidden':
      return new GraphdavError('forbidden', 'the account of this calendar may not change it', options)
    case 'auth':
      return new UnavailableError(
        'the sign-in of this calendar to Microsoft has ended; a person has to renew it',
        300,
        options,
      )
    case 'throttled':
    case 'unavailable': {
      const seconds = Math.ceil((error.retryAfterMs ?? retryAfterSeconds * 1000) / 1000)
      return new UnavailableError(error.message, Math.max(1, seconds), options)
    }
  }
}

/** Asks Graph, and throws what the client is told. */
export async function sayingWhy<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw writeError(error)
  }
}

/** Whether the same write may succeed later: its plan stays open then. */
export function isPassing(error: unknown): boolean {
  const told = writeError(error)
  return !(told instanceof GraphdavError) || told instanceof UnavailableError || told.code === 'store-io'
}
