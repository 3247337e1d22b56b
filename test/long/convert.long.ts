// The random tests of conversion at length: 5,000 series, 5,000 rules each way and 20,000 spoilt inputs with FULL=1. `RULES`
// are rules that Graph can say; those that it refuses are drawn besides.
const share = process.env['FULL'] === '1' ? 1 : 0.05
process.env['COUNT'] ??= String(5000 * share)
process.env['RULES'] ??= String(share === 1 ? 5000 : 80)
process.env['FUZZ'] ??= String(20_000 * share)

await import('../convert/expansion.test.ts')
await import('../convert/recurrence.test.ts')
await import('../convert/random-rules.test.ts')
await import('../convert/fuzz.test.ts')
