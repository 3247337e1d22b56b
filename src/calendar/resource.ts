// Calendar object resources as everyone above the mirror sees them (RFC 4791 §4.1). Types only.

/** What is known of a resource without reading its text. */
export interface ResourceInfo {
  /** Last path segment, decoded, ending `.ics`; unique in its collection. */
  readonly name: string
  readonly uid: string
  /** Strong entity tag without quotes; changes if and only if the text does. */
  readonly etag: string
  /** Octets of the text in UTF-8. */
  readonly size: number
  /** When the event was last modified, milliseconds; what Last-Modified says. */
  readonly lastModified: number
}

/** A resource with the text that GET, multiget and query all serve: CRLF lines, folded, UTF-8. */
export interface Resource extends ResourceInfo {
  readonly text: string
}
