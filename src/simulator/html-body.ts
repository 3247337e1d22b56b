// Bodies: Exchange stores HTML only. Text that is posted comes back wrapped, scripts are stripped, and
// `Prefer: outlook.body-content-type="text"` gives the words without the markup.

/** The stored HTML of a posted body; empty content stays empty. */
export function storedBody(contentType: 'html' | 'text', content: string): string {
  if (content === '') return ''
  const html = contentType === 'html' ? content : plainParagraph(content)
  const safe = html.replace(/<script\b[\s\S]*?<\/script\s*>/gi, '').replace(/\son\w+\s*=\s*("[^"]*"|'[^']*')/gi, '')
  if (/<html\b/i.test(safe)) return safe
  const generator = contentType === 'text' ? '<meta name="Generator" content="Microsoft Exchange Server">\r\n' : ''
  return `<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">${generator}</head><body>${safe}</body></html>`
}

/** The words of an HTML body. */
export function textOf(html: string): string {
  return html
    .replace(/<head\b[\s\S]*?<\/head\s*>/gi, '')
    .replace(/<br\s*\/?>|<\/(?:p|div|li|tr|h\d)\s*>/gi, '\r\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(nbsp|lt|gt|quot|#39|amp);/g, (_, name: string) => entities[name] ?? '')
    .trim()
}

/** What `bodyPreview` shows. */
export function previewOf(html: string): string {
  return textOf(html).slice(0, 255)
}

const entities: Readonly<Record<string, string>> = { nbsp: ' ', lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' }

function plainParagraph(text: string): string {
  const escaped = text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? sign)
  return `<div class="PlainText">${escaped.replace(/\r?\n/g, '<br>\r\n')}</div>`
}
