// A small page for a person in a browser: a heading and sentences, nothing that is loaded or run.
import type Koa from 'koa'

/** `sentences` are plain text; `link`, if any, stands below them. */
export function sendPage(
  ctx: Koa.Context,
  status: number,
  page: {
    readonly title: string
    readonly sentences: readonly string[]
    readonly link?: { readonly href: string; readonly text: string }
  },
): void {
  const { title, sentences, link } = page
  const lines = [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`,
    `<title>${escape(title)}</title></head><body><h1>${escape(title)}</h1>`,
    ...sentences.map((sentence) => `<p>${escape(sentence)}</p>`),
    ...(link === undefined ? [] : [`<p><a href="${escape(link.href)}">${escape(link.text)}</a></p>`]),
    '</body></html>',
  ]
  ctx.status = status
  ctx.set({ 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' })
  ctx.body = `${lines.join('\n')}\n`
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
