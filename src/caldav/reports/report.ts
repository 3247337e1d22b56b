// What every report gets. Types only.
import type { DavAnswer } from '../exchange.ts'
import type { Exchange } from '../method.ts'
import type { Session, Subject } from '../subject.ts'
import type { XmlElement } from '../xml.ts'

/** One REPORT request whose subject exists and has this report. */
export interface ReportExchange extends Exchange {
  readonly body: XmlElement
  readonly session: Session
  readonly subject: Subject
}

/** Runs one report. */
export type Report = (exchange: ReportExchange) => Promise<DavAnswer>
