// Random histories of writes against the simulated tenant at length: 1,000 with FULL=1.
process.env['HISTORIES'] ??= process.env['FULL'] === '1' ? '1000' : '100'

await import('../convert/plan-random.test.ts')
