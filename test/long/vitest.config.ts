import { defineConfig } from 'vitest/config'

// The long random runs: `npm run test:long` runs a part of each with a fresh seed, `-- --full` all of them.
export default defineConfig({
  test: {
    include: ['test/long/**/*.long.ts'],
    testTimeout: 3_600_000,
    hookTimeout: 60_000,
    fileParallelism: true,
    reporters: ['default', 'json'],
    outputFile: { json: 'coverage/long.json' },
  },
})
