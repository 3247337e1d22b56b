// The random tests of conversion at length: 5,000 series, 5,000 rules each way and 20,000 spoilt inputs with FULL=1.
const share = process.env['FULL'] === '1' ? 1 : 0.1
process.env['COUNT'] ??= String(5000 * share)
process.env['RULES'] ??= String(5000 * share)
process.env['FUZZ'] ??= String(20_000 * share)

await import('../convert/expansion.test.ts')
await import('../convert/recurrence.test.ts')
await import('../convert/recurrence-to-graph.test.ts')
await import('../convert/fuzz.test.ts')
