// Stores and mirrors at length: a crash at every single file operation, and 1,000 histories with FULL=1.
const isFull = process.env['FULL'] === '1'
process.env['STRIDE'] ??= '1'
process.env['ROUNDS'] ??= isFull ? '2000' : '200'
process.env['HISTORIES'] ??= isFull ? '1000' : '100'

await import('../store/crash.test.ts')
await import('../mirror/histories.test.ts')
