// TEXT values, and small readers and builders for properties and components (RFC 5545 §3.1, §3.2, §3.3.11). Everything
// that a person or a server wrote passes through `escapeText` or `cleanValue` before it becomes part of a content line.
import type { CalendarObject, Component, Parameter, Property } from './object.ts'

// RFC 5545 §3.1: control characters but TAB are not allowed anywhere; lone surrogates and the two non-characters are
// neither UTF-8 nor XML; C1 controls split lines in some readers.
const unprintable =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** The text without characters that iCalendar and XML cannot carry; every kind of line break becomes `\n`, TAB stays. */
export function cleanText(text: string): string {
  return text.replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n').replace(unprintable, '')
}

/** A value for a content line: cleaned, line breaks gone too. Nothing in it can end the line, for no reader. */
export function cleanValue(value: string): string {
  return value
    .replace(/[\r\n]/g, '')
    .replace(/[\u0085\u2028\u2029]/g, ' ')
    .replace(unprintable, '')
}

/** Plain text → TEXT value (cleaned, then `\\ \; \, \n`). */
export function escapeText(text: string): string {
  return cleanText(text)
    .replace(/[\\;,]/g, (character) => `\\${character}`)
    .replaceAll('\n', '\\n')
}

/** TEXT value → plain text with `\n` for line breaks. A backslash before any other character is dropped, as readers do. */
export function unescapeText(value: string): string {
  return value.replace(/\\([\s\S]?)/g, (_, character: string) => (/n/i.test(character) ? '\n' : character))
}

/** A comma-separated list of TEXT (CATEGORIES, RESOURCES) → plain texts; the empty value is the empty list. */
export function splitTexts(value: string): readonly string[] {
  return value === '' ? [] : splitUnescaped(value, ',').map(unescapeText)
}

/** Plain texts → a comma-separated list of TEXT. */
export function joinTexts(texts: readonly string[]): string {
  return texts.map(escapeText).join(',')
}

/** Cuts at a delimiter that no backslash precedes; the pieces stay escaped. */
export function splitUnescaped(value: string, delimiter: ',' | ';'): readonly string[] {
  const pieces: string[] = []
  let from = 0
  for (let at = 0; at < value.length; at += 1) {
    if (value[at] === '\\') at += 1
    else if (value[at] === delimiter) {
      pieces.push(value.slice(from, at))
      from = at + 1
    }
  }
  return [...pieces, value.slice(from)]
}

/** Parameters as a builder takes them: undefined values are left out; names in any case. */
export type ParameterValues = Readonly<Record<string, string | readonly string[] | undefined>>

/** A property of a raw value (already escaped where its type wants that). */
export function property(name: string, value: string, parameters: ParameterValues = {}): Property {
  return { name: name.toUpperCase(), parameters: parametersFrom(parameters), value: cleanValue(value) }
}

/** A property whose value is TEXT, of plain text. */
export function textProperty(name: string, text: string, parameters: ParameterValues = {}): Property {
  return { name: name.toUpperCase(), parameters: parametersFrom(parameters), value: escapeText(text) }
}

function parametersFrom(values: ParameterValues): readonly Parameter[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [{ name: name.toUpperCase(), values: (typeof value === 'string' ? [value] : value).map(cleanText) }],
  )
}

/** A component; the name in any case. */
export function component(
  name: string,
  properties: readonly Property[],
  components: readonly Component[] = [],
): Component {
  return { name: name.toUpperCase(), properties, components }
}

/** All properties of a name, in the order of the text. */
export function propertiesOf(component: Component, name: string): readonly Property[] {
  return component.properties.filter((property) => property.name === name)
}

/** The first property of a name; undefined when there is none. */
export function firstProperty(component: Component, name: string): Property | undefined {
  return component.properties.find((property) => property.name === name)
}

/** The raw value of the first property of a name. */
export function valueOf(component: Component, name: string): string | undefined {
  return firstProperty(component, name)?.value
}

/** The plain text of the first property of a name, whose type must be TEXT. */
export function textOf(component: Component, name: string): string | undefined {
  const value = valueOf(component, name)
  return value === undefined ? undefined : unescapeText(value)
}

/** All sub-components of a name. */
export function componentsOf(component: Component, name: string): readonly Component[] {
  return component.components.filter((child) => child.name === name)
}

/** The first value of a parameter; undefined when the property does not have it. */
export function parameterOf(property: Property, name: string): string | undefined {
  return property.parameters.find((parameter) => parameter.name === name)?.values[0]
}

/** The property with a parameter set, or without it (`undefined`); the others keep their places. */
export function withParameter(property: Property, name: string, value: string | undefined): Property {
  const [wanted] = parametersFrom({ [name]: value })
  const kept = property.parameters.filter((parameter) => parameter.name !== name.toUpperCase())
  return { ...property, parameters: wanted === undefined ? kept : [...kept, wanted] }
}

/** The component without the properties of these names. */
export function withoutProperties(component: Component, names: readonly string[]): Component {
  return { ...component, properties: component.properties.filter(({ name }) => !names.includes(name)) }
}

/** The component with these properties in place of all that bear the same names. */
export function withProperties(component: Component, properties: readonly Property[]): Component {
  const rest = withoutProperties(
    component,
    properties.map(({ name }) => name),
  )
  return { ...component, properties: [...rest.properties, ...properties] }
}

/** The VEVENTs of an object: the master first, if there is one. */
export function eventsOf(object: CalendarObject): readonly Component[] {
  return object.master === undefined ? object.overrides : [object.master, ...object.overrides]
}
