// The random tests of writing at length: 1,000 histories against the simulated tenant, 20,000 rewritten texts and 10,000
// spliced ones with FULL=1.
const share = process.env['FULL'] === '1' ? 1 : 0.1
process.env['HISTORIES'] ??= String(1000 * share)
process.env['REWRITES'] ??= String(20_000 * share)
process.env['SPLICED'] ??= String(10_000 * share)

await import('../convert/plan-random.test.ts')
await import('../convert/compare-random.test.ts')
await import('../convert/plan.test.ts')
