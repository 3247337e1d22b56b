// Texts that somebody made to cost much: an invitation, or a PUT, of some hundred thousand characters is handled at once.
import { describe, expect, it } from 'vitest'
import { textOfHtml } from '../../src/convert/body.ts'
import { isOnlyText, normalHtml } from '../../src/convert/compare-html.ts'
import { ianaOfDisplayName } from '../../src/convert/display-names.ts'
import { tidyLines } from '../../src/convert/tidy-text.ts'
import { component, textProperty } from '../../src/ical/text.ts'

const many = 300_000
const event = component('VEVENT', [textProperty('DESCRIPTION', 'plain')])

describe('text that was made to cost much', () => {
  it.each<readonly [string, () => unknown]>([
    ['spaces in a line', () => tidyLines(`${' '.repeat(many)}x`)],
    ['empty lines before a word', () => tidyLines(`${'\n'.repeat(many)}x`)],
    ['no-break spaces in HTML', () => textOfHtml(`<p>${'\u00a0'.repeat(many)}x</p>`)],
    ['beginnings of comments', () => normalHtml('<!--'.repeat(many / 4))],
    ['beginnings of heads', () => normalHtml('<head '.repeat(many / 6))],
    ['beginnings of bodies', () => normalHtml('<body '.repeat(many / 6))],
    ['beginnings of tags', () => isOnlyText('<'.repeat(many), event)],
    ['a name of a zone', () => ianaOfDisplayName(`(UTC)${' '.repeat(many)}x`)],
  ])('%s', (_, read) => {
    const before = process.cpuUsage()
    read()
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1000).toBeLessThan(3000)
  })
})

describe('HTML without its frame', () => {
  it.each([
    ['<html><head><title>a</title></head><body>b</body></html>', 'b'],
    ['<!DOCTYPE html><BODY class="x">b</BODY >', 'b'],
    ['a<!-- <head> -->b<!---->c', 'abc'],
    ['<header>a</header>', '<header>a</header>'],
    ['a<!-- b', 'a<!-- b'],
    ['<head>a', '<head>a'],
    ['<!-- <body>', '<!-- '],
    ['<body', '<body'],
  ])('%s is %s', (html, normal) => {
    expect(normalHtml(html)).toBe(normal.trim())
  })
})

it('tidy lines have nothing at their ends', () => {
  expect(tidyLines('a \t\r\n\u00a0b\u00a0\r\r\n c')).toBe('a\n b\n\n c')
})
